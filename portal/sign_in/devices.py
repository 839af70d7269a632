"""What a browser says of itself, in words that its owner recognises: “Chrome, Windows”."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

# The first one found in the user agent counts: many browsers also name others.
BROWSERS = (
    ("MicroMessenger", _("WeChat")),
    ("wxwork", _("WeCom")),
    ("DingTalk", _("DingTalk")),
    ("Lark", _("Feishu")),
    ("360SE", "360"),
    ("QQBrowser", "QQ"),
    ("UOSBrowser", "UOS"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("OpenHarmony", "HarmonyOS"),
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("UOS", "UOS"),
    ("Kylin", _("Kylin")),
    ("Linux", "Linux"),
)


def device(user_agent):
    """Browser and system; what neither list knows is called unknown."""
    found = [_first(user_agent, BROWSERS), _first(user_agent, SYSTEMS)]
    return gettext(", ").join(filter(None, found)) or gettext("Unknown device")


def _first(user_agent, known):
    return next((str(name) for mark, name in known if mark.lower() in user_agent.lower()), "")
