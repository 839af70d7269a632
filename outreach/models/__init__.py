"""The nouns of outreach, one file for each group of them."""
# ruff: noqa: F401 (they are imported from here)

from outreach.models.areas import ContactArea, Household
from outreach.models.batches import (
    BatchPlace,
    Nomination,
    NominationStep,
    Placement,
    Proposal,
    ProposedPlacement,
    StayBatch,
    StayBatchStep,
)
from outreach.models.call_back_keys import CallBackKey
from outreach.models.campaigns import Campaign, CampaignStep, CampaignUnit
from outreach.models.cards import CardText, ContactCard
from outreach.models.closings import CarriedMatter, YearClosing
from outreach.models.condolence import (
    CondolenceBudget,
    CondolenceCampaign,
    CondolenceName,
    CondolenceObjection,
    CondolenceRecipient,
    CondolenceStandard,
    CondolenceStep,
    CondolenceVisit,
    PublishedList,
    PublishedRow,
)
from outreach.models.conduct import ConductReport
from outreach.models.door import DoorMessage, DoorTry, MatterSlip, SlipRemark
from outreach.models.matters import (
    FollowUp,
    FollowUpTry,
    Matter,
    MatterAssignment,
    MatterBefore,
    MatterCare,
    MatterContact,
    MatterNumber,
    MatterRequest,
    MatterSide,
    MatterStep,
    SupervisionOrder,
)
from outreach.models.meetings import AnalysisMeeting, MeetingDecision, MeetingItem
from outreach.models.needs import CommunityActivity, CommunityNeed, NeedPledge
from outreach.models.notices import Notice, NoticeAddressee
from outreach.models.receptions import ReceptionDay, ReceptionItem
from outreach.models.stay_months import DayNote, Leave, MonthWord, StayMonth
from outreach.models.stay_reports import ReportStep, StayOpinion, StayReport, Suggestion
from outreach.models.stays import Stay, StayHandover, StayStep
from outreach.models.visits import (
    Reflection,
    Visit,
    VisitCompanion,
    VisitDraft,
    VisitNote,
    VisitStep,
)
