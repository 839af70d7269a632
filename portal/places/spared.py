"""Names of places and organs that look like people (张奶奶庙村, 老李家坳) and are not masked."""

import re

from django.conf import settings
from django.core.cache import cache
from django.db.models import TextField
from django.db.models.functions import Cast

from portal.models import Division, GrassrootsUnit, Organ, PartyOrganization
from portal.trust import addressing

_NAMED = ((Division, "name"), (GrassrootsUnit, "name"), (PartyOrganization, "name"))
_NAMES = (*_NAMED, (Organ, "name"), (Organ, "short_name"))
KEPT_SECONDS = 600
# Every form of address ends with one of these characters; 老李 and 小李 begin with the last two.
_ENDINGS = (
    "爷奶公婆伯叔婶哥姐妹弟姑舅嫂爹妈嬢孃嬷姥娘父母姨子生士人傅板柜学友妇巴背嘴脚棍大二三四五六七八九幺"
    "伙汉头儿翁倌妪两崽娃爸女孙妻太口兄孩媳婿俩老小"
)


def names_holding(phrases):
    """Return the current names of places and organs that contain one of these phrases."""
    return _matching("|".join(map(re.escape, phrases))) if phrases else []


def names_like_people():
    """Return all names of places and organs that resemble people, at most ten minutes old.

    The villager's door may not read places and shows no text typed inside the portal.
    """
    if settings.DOOR:
        return []
    names = cache.get("names_like_people")
    if names is None:
        names = [one for one in _matching(f"[{_ENDINGS}]") if addressing.find(one)]
        cache.set("names_like_people", names, KEPT_SECONDS)
    return names


def _matching(pattern):
    queries = [
        model.objects.order_by()
        .filter(**{f"{field}__regex": pattern})
        .values_list(Cast(field, TextField()))
        for model, field in _NAMES
    ]
    return [name for (name,) in queries[0].union(*queries[1:])]
