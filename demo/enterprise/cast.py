"""The named cast of the invented group. Its user names differ from those of the county."""

from demo.casts import Person, of_other_roles
from portal.roles import Role

GROUP, OFFICE, DESK = "华岳集团", "党群工作部", "集团办公室"
HEAVY, FORGE, WEST = "云岭重机", "南江铸锻", "西部公司"

_NAMED = (
    Person("huangyue", "黄岳", Role.OFFICE, OFFICE, "基层工作处处长"),
    Person("qinlan", "秦岚", Role.OFFICE, OFFICE, "基层工作处主管", is_shown=False),
    Person("luchaohui", "陆朝晖", Role.LEADER, OFFICE, "主任"),
    Person("liaozhengming", "廖正明", Role.LEADER, GROUP, "党委副书记、工会主席"),
    Person("dengchangqing", "邓长青", Role.SUPERVISOR, GROUP, "党委书记、董事长"),
    Person("yuanjing", "袁静", Role.LEADER, DESK, "主任", is_shown=False),
    Person("tanzhenhua", "谭振华", Role.DESK, DESK, "信访督办处处长"),
    Person("baixue", "白雪", Role.DESK, DESK, "信访督办处主管", is_shown=False),
    Person("xiangdongsheng", "向东升", Role.HOST, HEAVY, "党委副书记、工会主席"),
    Person("qiumeilan", "邱美兰", Role.HOST, HEAVY, "党群工作部主任", is_shown=False),
    Person("weihaichao", "韦海潮", Role.HOST, FORGE, "党委副书记、工会主席"),
    Person("panxiuyun", "潘秀云", Role.HOST, FORGE, "党群工作部主任"),
    Person("longtieshan", "龙铁山", Role.HOST, WEST, "党委副书记、工会主席"),
    Person("fangling", "方玲", Role.HOST, WEST, "综合办公室主任", is_shown=False),
    Person("shichunlin", "史春林", Role.HANDLER, "后勤服务部", "生活服务主管"),
    Person("maojianping", "毛建平", Role.HANDLER, "安全环保部", "劳动防护主管"),
    Person("gonglihua", "龚丽华", Role.HANDLER, "人力资源部", "薪酬绩效主管"),
    Person("wanchunhui", "万春晖", Role.LIAISON, "生产运营部", "综合主管"),
    Person("tuxiaofeng", "涂晓峰", Role.CADRE, "生产运营部", "生产计划专责", "铸造车间"),
    Person("nieqing", "聂晴", Role.CADRE, "科技质量部", "工艺技术专责", "总装车间"),
    Person("meihaotian", "梅昊天", Role.CONDUCT, "集团纪委", "信访举报主管"),
    Person("aiwenjing", "艾文静", Role.CONDUCT, OFFICE, "干部监督主管", is_shown=False),
    # Outside the programme office, as the second recipient of complaints about the portal.
    Person("xiongbin", "熊斌", Role.BURDEN, DESK, "基层减负联络员"),
    Person("haoyifan", "郝一凡", Role.SYSTEM_ADMIN, "信息中心", "系统管理员"),
    Person("moxiaoyu", "莫晓宇", Role.SECURITY_ADMIN, "信息中心", "安全管理员"),
    Person("kangdekun", "康德坤", Role.AUDIT_ADMIN, "信息中心", "审计管理员"),
)
CAST = (*of_other_roles(_NAMED, OFFICE, "基层工作处专责", prefix="huayue_"), *_NAMED)
