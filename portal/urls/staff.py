"""Addresses of sign-in, administration, places, people and norms, included by portal/urls/."""

from allauth.account import views as sign_in
from django.urls import include, path

from portal.acts.accounts import ACCOUNTS, GRANTS, LOCKOUTS, OPENINGS
from portal.acts.party import PARTY_ORGANIZATIONS
from portal.acts.people import CADRES, STAND_INS
from portal.acts.places import DIVISIONS, ORGANS, UNITS
from portal.listings.access import ACCESS_REVIEW
from portal.listings.accounts import ACCOUNT_LIST, LOCKOUT_LIST, OPENING_LIST, PASSWORD_SLIPS
from portal.listings.party import PARTY_LIST
from portal.listings.people import CADRE_LIST, STAND_IN_LIST
from portal.listings.places import ORGAN_LIST, REORGANISATION_LIST, UNIT_LIST
from portal.views import (
    accounts,
    comfort,
    condition,
    guide,
    imports,
    norms,
    party,
    people,
    places,
    reorganisations,
    uses,
)
from portal.views import sign_in as signing

urlpatterns = [
    # Sign-in: nobody signs up, has an e-mail address or resets a password by themselves.
    path("account/login/", sign_in.login, name="account_login"),
    path("account/logout/", signing.sign_out, name="account_logout"),
    path("account/inactive/", sign_in.account_inactive, name="account_inactive"),
    path("account/password/", sign_in.password_change, name="account_change_password"),
    path("account/confirm/", sign_in.reauthenticate, name="account_reauthenticate"),
    path("account/second-factor/", include("allauth.mfa.urls")),
    path("account/sessions/", signing.sessions, name="usersessions_list"),
    path("account/sessions/<int:pk>/end/", signing.end_session, name="end_session"),
    path("account/sso/", signing.sso_begin, name="sso_begin"),
    path("account/sso/back/", signing.sso_back, name="sso_back"),
    path("account/signed-out/", signing.signed_out, name="signed_out"),
    path("large-type/", accounts.large_type, name="large_type"),
    path("language/", accounts.set_language, name="set_language"),
    path("shortcuts/", accounts.shortcuts, name="shortcuts"),
    path("roles/", accounts.roles, name="roles"),
    # Help, and personal arrangements of lists
    path("help/", guide.help_page, name="help"),
    path("help/keys/", guide.keys, name="keys"),
    path("first-day/", guide.first_day, name="first_day"),
    path("first-day/hide/", guide.hide_first_day, name="hide_first_day"),
    path("saved-filters/", comfort.saved_filters, name="saved_filters"),
    path("saved-filters/<int:pk>/rename/", comfort.rename_filter, name="rename_filter"),
    path("saved-filters/<int:pk>/drop/", comfort.drop_filter, name="drop_filter"),
    path("lists/<str:page>/filters/new/", comfort.save_filter, name="save_filter"),
    path("lists/<str:page>/columns/", comfort.choose_columns, name="choose_columns"),
    # Administration
    *ACCOUNTS.urls(),
    *GRANTS.urls(),
    *LOCKOUTS.urls(),
    *OPENINGS.urls(),
    *ACCOUNT_LIST.urls(),
    *ACCESS_REVIEW.urls(),
    *PASSWORD_SLIPS.urls(),
    *LOCKOUT_LIST.urls(),
    *OPENING_LIST.urls(),
    path("accounts/new/", accounts.new_account, name="new_account"),
    path("accounts/<int:pk>/", accounts.account, name="account"),
    path("accounts/<int:pk>/reactivate/", accounts.reactivate_account, name="reactivate_account"),
    path("password-slips/<int:pk>/make/", accounts.make_password_slip, name="make_password_slip"),
    path("audit/", accounts.audit, name="audit"),
    # Places
    *DIVISIONS.urls(),
    *ORGANS.urls(),
    *UNITS.urls(),
    path("divisions/", places.divisions, name="divisions"),
    path("divisions/new/", places.new_division, name="new_division"),
    path("divisions/<int:pk>/", places.division, name="division"),
    *ORGAN_LIST.urls(),
    *UNIT_LIST.urls(),
    path("organs/new/", places.new_organ, name="new_organ"),
    path("organs/<int:pk>/", places.organ, name="organ"),
    path("units/new/", places.new_unit, name="new_unit"),
    path("units/from-divisions/", places.units_from_divisions, name="units_from_divisions"),
    path("units/<int:pk>/", places.unit, name="unit"),
    # Party organisations
    *PARTY_LIST.urls(),
    path("party-organizations/new/", party.new_party_organization, name="new_party_organization"),
    path("party-organizations/<int:pk>/", party.party_organization, name="party_organization"),
    *PARTY_ORGANIZATIONS.urls(),
    # People
    *CADRES.urls(),
    *STAND_INS.urls(),
    *CADRE_LIST.urls(),
    *STAND_IN_LIST.urls(),
    path("cadres/new/", people.new_cadre, name="new_cadre"),
    path("cadres/<int:pk>/", people.cadre, name="cadre"),
    path("cadres/<int:pk>/hand-over/", people.hand_over, name="handing_over"),
    path(
        "cadres/<int:pk>/avoidance/<int:pair_pk>/end/", people.end_avoidance, name="end_avoidance"
    ),
    path(
        "cadres/<int:pk>/experience/<int:experience_pk>/drop/",
        people.drop_experience,
        name="drop_experience",
    ),
    # Reorganisations
    *REORGANISATION_LIST.urls(),
    path("reorganisations/new/", reorganisations.begin_reorganisation, name="begin_reorganisation"),
    path(
        "reorganisations/new/<str:kind>/<str:noun>/",
        reorganisations.new_reorganisation,
        name="new_reorganisation",
    ),
    path("reorganisations/<int:pk>/", reorganisations.reorganisation, name="reorganisation"),
    # Excel in
    path("imports/", imports.import_list, name="imports"),
    path("imports/new/<slug:name>/", imports.new_import, name="new_import"),
    path("imports/template/<slug:name>/", imports.import_template, name="import_template"),
    path("imports/<int:pk>/", imports.import_batch, name="import_batch"),
    path("imports/<int:pk>/headings/", imports.match_headings, name="match_headings"),
    path("imports/<int:pk>/sheets/", imports.import_sheets, name="import_sheets"),
    path("imports/<int:pk>/values/", imports.import_values, name="import_values"),
    path("imports/<int:pk>/rows/", imports.import_rows, name="import_rows"),
    path("imports/<int:pk>/known/", imports.update_known, name="update_known"),
    path("imports/<int:pk>/marked/", imports.import_report, name="import_report"),
    path("imports/<int:pk>/accept/", imports.accept_import, name="accept_import"),
    path("imports/<int:pk>/discard/", imports.discard_import, name="discard_import"),
    path("imports/<int:pk>/undo/", imports.undo_import, name="undo_import"),
    path("condition/", condition.show_condition, name="condition"),
    # Norms
    path("norms/", norms.parameters, name="parameters"),
    path("norms/<str:code>/set/", norms.set_parameter, name="set_parameter"),
    path("uses/", uses.choose_uses, name="uses"),
    path("workdays/", norms.workdays, name="workdays"),
    path("workdays/upload/", norms.upload_workdays, name="upload_workdays"),
]
