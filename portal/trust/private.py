"""Finds what a free text says about somebody's health or belief, so that its writer checks it.
Pure: no database.

Only pointed out, never refused: a text may be about a policy, or about pigs.
"""

import re

_ILLNESSES = (
    "白血病 尿毒症 糖尿病 高血压 冠心病 心脏病 精神病 精神分裂 精神障碍 抑郁症 肝炎 肝硬化 艾滋病"
    " 肺结核 结核病 尘肺 脑梗 脑溢血 脑出血 脑瘫 偏瘫 瘫痪 癫痫 帕金森 老年痴呆 痴呆 肿瘤 透析 化疗"
    " 放疗 病情 病危 病重 重病 确诊 流产 不孕 智力障碍"
)
_BELIEFS = "基督教 天主教 伊斯兰教 佛教徒 道教徒 信教 宗教信仰 信佛 礼拜堂"
# Every match begins like this or contains 患 or 癌; most texts have none.
_ANY = re.compile("|".join(f"患 癌 {_ILLNESSES} {_BELIEFS}".split()))
_SAID = re.compile(
    r"身?患(?:有|上|了|过)?[\u4e00-\u9fff]{0,6}?(?:病|癌|症|炎|瘤)"
    r"|[\u4e00-\u9fff]?癌"
    "|" + "|".join(f"{_ILLNESSES} {_BELIEFS}".split())
)
# Programmes, and statements about animals and plants.
_SPARED = re.compile(
    r"(?:癌症|两癌|糖尿病|高血压|结核病|肺结核|艾滋病|精神病|肝炎|肿瘤)(?:筛查|普查|防治|防控|预防|宣传|讲座|知识)"
    r"|患(?:难|得)|(?:猪|牛|羊|鸡|鸭|鱼|苗|树|果|稻|麦)[\u4e00-\u9fff]{0,2}患[\u4e00-\u9fff]{0,6}病"
)


def phrases(text: str) -> list[str]:
    """Return the phrases about an illness or a belief, each once."""
    if not _ANY.search(text):
        return []
    spared = [found.span() for found in _SPARED.finditer(text)]
    found = [
        one.group()
        for one in _SAID.finditer(text)
        if not any(start < one.end() and one.start() < end for start, end in spared)
    ]
    return list(dict.fromkeys(found))
