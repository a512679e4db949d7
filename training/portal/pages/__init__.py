"""The public and personal pages, one module per page; `CONTROLLERS` is what the composition root mounts."""

from training.portal.pages.briefing import BriefingPages
from training.portal.pages.calendar import CalendarPages
from training.portal.pages.catalogue import CataloguePages
from training.portal.pages.home import HomePages
from training.portal.pages.messages import OwnMessagePages, PartnerMessagePages
from training.portal.pages.mine import MyPages
from training.portal.pages.partner import PartnerPages
from training.portal.pages.prepared import PreparedPages
from training.portal.pages.session import SessionPages
from training.portal.pages.teaching import TeachingPages

CONTROLLERS = (
    HomePages,
    CataloguePages,
    SessionPages,
    BriefingPages,
    PreparedPages,
    TeachingPages,
    MyPages,
    CalendarPages,
    PartnerPages,
    OwnMessagePages,
    PartnerMessagePages,
)
