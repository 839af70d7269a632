"""The words of the offline screens, each once. static/js/offline/ looks them up by their English
text, which a test compares with this list. `{}` is filled in by the script.
"""

from django.utils.translation import gettext_lazy, override, pgettext_lazy

WORDS = [
    pgettext_lazy("phone", " Please wait {} s."),
    pgettext_lazy("phone", ", "),
    pgettext_lazy("phone", ": "),
    pgettext_lazy("phone", "; {} photos were refused"),
    pgettext_lazy(
        "phone",
        "A new PIN removes what can be read here. What is unsent is still sent.",
    ),
    pgettext_lazy("phone", "Absent"),
    pgettext_lazy("phone", "Add one: {}"),
    pgettext_lazy("phone", "All {}"),
    pgettext_lazy("phone", "Arrived last"),
    pgettext_lazy("phone", "As of {}."),
    pgettext_lazy("phone", "Ask for leave"),
    pgettext_lazy("phone", "At least six signs, and not a row like 123456."),
    pgettext_lazy("phone", "At least six signs. Nobody can find it out or reset it."),
    pgettext_lazy("phone", "At most {} photos."),
    pgettext_lazy("phone", "Back to today"),
    pgettext_lazy("phone", "Broken off: store so far"),
    pgettext_lazy("phone", "Cannot be read here"),
    pgettext_lazy("phone", "Category"),
    pgettext_lazy("phone", "Choose another PIN"),
    pgettext_lazy("phone", "Correct a visit"),
    pgettext_lazy("phone", "Correct it by a new entry"),
    pgettext_lazy("phone", "Correction · {}"),
    pgettext_lazy("phone", "Day, place and what was said are enough"),
    pgettext_lazy("phone", "Draft on this phone {}"),
    pgettext_lazy("phone", "Entry"),
    pgettext_lazy("phone", "Everything has arrived."),
    pgettext_lazy("phone", "Fetch anew"),
    pgettext_lazy("phone", "Fetching what you need …"),
    pgettext_lazy("phone", "For"),
    pgettext_lazy("phone", "Forgotten the PIN?"),
    pgettext_lazy("phone", "From {} to {} in steps of {}."),
    pgettext_lazy(
        "phone",
        "It is too large for the portal. It is kept here: please save the backup file and "
        "give it to the office.",
    ),
    pgettext_lazy("phone", "Keep it"),
    pgettext_lazy("phone", "Leave"),
    pgettext_lazy("phone", "Lock"),
    pgettext_lazy("phone", "Made small on this phone; place and camera are taken out."),
    pgettext_lazy("phone", "Mask it"),
    pgettext_lazy("phone", "Matters"),
    pgettext_lazy("phone", "Matters people raised"),
    pgettext_lazy("phone", "Mine"),
    pgettext_lazy("phone", "More"),
    pgettext_lazy("phone", "My matters"),
    pgettext_lazy("phone", "My phone"),
    pgettext_lazy("phone", "My stays"),
    pgettext_lazy("phone", "Name of the phone"),
    pgettext_lazy("phone", "Next"),
    pgettext_lazy("phone", "No answer from the portal. What is here stays as it was."),
    pgettext_lazy(
        "phone",
        "No answer from the portal. You can store this visit on this phone; it is sent by "
        "itself later. Photos have to be chosen again.",
    ),
    pgettext_lazy("phone", "No signal. What you write is stored on this phone."),
    pgettext_lazy("phone", "No. {}"),
    pgettext_lazy(
        "phone",
        "Nobody can find it out. With a signal, open “My phone” and choose a new one. What "
        "you wrote still arrives; only you cannot read it here any more.",
    ),
    pgettext_lazy("phone", "Norm"),
    pgettext_lazy("phone", "Not sent yet"),
    pgettext_lazy("phone", "Not stored ({}). All of it still stands here; please press again."),
    pgettext_lazy(
        "phone",
        "Not stored: this phone has no room left. Nothing was stored by halves, and all of "
        "it still stands here. Make room, or take photos away, and press again.",
    ),
    pgettext_lazy("phone", "Note progress"),
    pgettext_lazy(
        "phone",
        "Nothing can be deleted here before the portal has confirmed it. The backup file is "
        "sealed: only the portal can open it; the office takes it in.",
    ),
    pgettext_lazy("phone", "Nothing waits for you."),
    pgettext_lazy("phone", "Number"),
    pgettext_lazy("phone", "Number of the slip"),
    pgettext_lazy("phone", "On duty"),
    pgettext_lazy("phone", "On duty elsewhere"),
    pgettext_lazy("phone", "On the phone"),
    pgettext_lazy("phone", "One more matter"),
    pgettext_lazy("phone", "One more visit"),
    pgettext_lazy("phone", "Open"),
    pgettext_lazy("phone", "PIN"),
    pgettext_lazy("phone", "PIN of this phone"),
    pgettext_lazy("phone", "Photo"),
    pgettext_lazy("phone", "Photos"),
    pgettext_lazy("phone", "Place"),
    pgettext_lazy("phone", "Please correct first:"),
    pgettext_lazy("phone", "Please correct this answer."),
    pgettext_lazy("phone", "Please fill this in."),
    pgettext_lazy(
        "phone",
        "Please say that this is your own phone. On a shared one nothing may be stored.",
    ),
    pgettext_lazy("phone", "Please write a whole number that fits."),
    pgettext_lazy("phone", "Query code"),
    pgettext_lazy("phone", "Record a mediation"),
    pgettext_lazy("phone", "Reply"),
    pgettext_lazy("phone", "Report the result"),
    pgettext_lazy(
        "phone",
        "Reports about conduct, ballots, the query page of slips and passwords never work "
        "without a signal. Please do them in the portal, with a signal.",
    ),
    pgettext_lazy("phone", "Save the backup file"),
    pgettext_lazy("phone", "Set this phone up"),
    pgettext_lazy(
        "phone",
        "Show both to who told it. They are valid once this phone has sent the entry.",
    ),
    pgettext_lazy("phone", "State"),
    pgettext_lazy("phone", "Store on this phone"),
    pgettext_lazy(
        "phone",
        "Stored here, under your PIN: your units, stays, matters and notices. No contact of "
        "anybody.",
    ),
    pgettext_lazy("phone", "Stored on this phone"),
    pgettext_lazy(
        "phone",
        "Stored on this phone at {}. It is sent by itself as soon as there is a signal; "
        "nothing more is to be done.",
    ),
    pgettext_lazy("phone", "Stored under your PIN: {}."),
    pgettext_lazy("phone", "Take away"),
    pgettext_lazy("phone", "Take no. {} away"),
    pgettext_lazy("phone", "Take this matter away"),
    pgettext_lazy("phone", "Take {} away"),
    pgettext_lazy(
        "phone",
        "That did not work; nothing was set up. Please try again with a signal.",
    ),
    pgettext_lazy("phone", "That is not the PIN. {} more tries."),
    pgettext_lazy("phone", "The PIN once more"),
    pgettext_lazy(
        "phone",
        "The day of this phone is wrong (days off: {}). Forms begin with the day of the "
        "portal, {}.",
    ),
    pgettext_lazy("phone", "The next one"),
    pgettext_lazy(
        "phone",
        "The page you asked for did not come within a few seconds. Without a signal only "
        "what stands below works.",
    ),
    pgettext_lazy(
        "phone",
        "The portal could not open it. It is kept here: please save the backup file and give "
        "it to the office.",
    ),
    pgettext_lazy(
        "phone",
        "The portal does not know this phone any more. Nothing is lost: please enrol it "
        "again, or save the backup file.",
    ),
    pgettext_lazy(
        "phone",
        "The portal refused its shape. It is kept here: please save the backup file and give "
        "it to the office.",
    ),
    pgettext_lazy("phone", "The text contains a phone number. Mask or keep it?"),
    pgettext_lazy("phone", "The two are not the same."),
    pgettext_lazy(
        "phone",
        "The words of this form are not on this phone yet. With a signal it fetches them.",
    ),
    pgettext_lazy(
        "phone",
        "This address is plain http. Writing without a signal needs https: here it is off, "
        "and everything else works as before.",
    ),
    pgettext_lazy(
        "phone",
        "This browser cannot read HEIC photos ({}). Please set the camera to JPEG, or take a "
        "screenshot of it.",
    ),
    pgettext_lazy(
        "phone",
        "This browser cannot store anything safely here. Please use the portal with a signal.",
    ),
    pgettext_lazy("phone", "This is my own phone, and it has a screen lock"),
    pgettext_lazy(
        "phone",
        "This looks like a private window or a phone that is nearly full: what is stored may "
        "be gone when the window is closed. Please use the ordinary window of your browser.",
    ),
    pgettext_lazy(
        "phone",
        "This page is newer than the portal. Everything is kept and sent once the portal is "
        "upgraded.",
    ),
    pgettext_lazy(
        "phone",
        "This page is older than the portal. Everything is kept: please load it again with a "
        "signal.",
    ),
    pgettext_lazy(
        "phone",
        "This page is open inside another app, whose store is emptied without a word. Please "
        "open it in the browser of the phone (menu, “open in browser”).",
    ),
    pgettext_lazy("phone", "This page needs a signal"),
    pgettext_lazy("phone", "This phone"),
    pgettext_lazy("phone", "This phone has little room left: perhaps too little for photos."),
    pgettext_lazy(
        "phone",
        "This phone has no room left for what you would write here. Please make room first.",
    ),
    pgettext_lazy(
        "phone",
        "This phone is not enrolled. With a signal, open “My phone” in the portal.",
    ),
    pgettext_lazy("phone", "This phone is set up."),
    pgettext_lazy(
        "phone",
        "This phone still holds {} unsent entries of another account. They are sent first, "
        "with a signal; one account uses one phone.",
    ),
    pgettext_lazy("phone", "To do"),
    pgettext_lazy("phone", "To the portal"),
    pgettext_lazy("phone", "Today"),
    pgettext_lazy("phone", "Try again"),
    pgettext_lazy("phone", "Try again, and wait longer"),
    pgettext_lazy("phone", "Try to send now"),
    pgettext_lazy("phone", "Visits that can still be corrected"),
    pgettext_lazy(
        "phone",
        "Visits, next steps of your matters, your months, leave, replies and answers can "
        "then be written without a signal. They are sent by themselves.",
    ),
    pgettext_lazy(
        "phone",
        "What could be read on this phone has been removed. Choose a PIN again; what is "
        "unsent is still sent.",
    ),
    pgettext_lazy(
        "phone",
        "What could be read on this phone has been removed. With a signal, open “My phone” "
        "and choose a PIN again.",
    ),
    pgettext_lazy(
        "phone",
        "What you need cannot be fetched any more. Choose a PIN again; what is unsent is "
        "still sent.",
    ),
    pgettext_lazy(
        "phone",
        "What you need cannot be fetched with this PIN any more. With a signal, open “My "
        "phone” and choose a PIN again.",
    ),
    pgettext_lazy("phone", "What is stored here is as of {}. It holds no contact of anybody."),
    pgettext_lazy("phone", "What is unsent"),
    pgettext_lazy(
        "phone",
        "What you need has not come yet; open “Writing without a signal” once while there is "
        "a signal.",
    ),
    pgettext_lazy(
        "phone",
        "What you need is not on this phone yet. It is fetched as soon as there is a signal.",
    ),
    pgettext_lazy(
        "phone",
        "What you wrote about somebody's conduct stays on the page before: it is never "
        "stored on a phone.",
    ),
    pgettext_lazy("phone", "Who raised it, urgency and more"),
    pgettext_lazy(
        "phone",
        "Whoever finds the phone cannot read it; after ten wrong PINs it is emptied. What is "
        "unsent is sealed and still arrives.",
    ),
    # These two depend on the kind of unit, as on the portal.
    pgettext_lazy("tab", "Write"),
    gettext_lazy("Write down a visit"),
    pgettext_lazy("phone", "Write the work of the month"),
    pgettext_lazy("phone", "Write what differs"),
    pgettext_lazy("phone", "Writing without a signal"),
    pgettext_lazy("phone", "Yours:"),
    pgettext_lazy("phone", "arrived"),
    pgettext_lazy("phone", "arrived twice, and both differ: please compare"),
    pgettext_lazy(
        "phone",
        "arrived, but could not be carried out: please correct it in the portal",
    ),
    pgettext_lazy("phone", "arrived; the portal carries it out after an upgrade"),
    pgettext_lazy("phone", "being checked"),
    pgettext_lazy("phone", "by {}"),
    pgettext_lazy("phone", "dropped by you in the portal"),
    pgettext_lazy("phone", "must be answered"),
    pgettext_lazy("phone", "needs help"),
    pgettext_lazy("phone", "no answer"),
    pgettext_lazy("phone", "none is fine"),
    pgettext_lazy("phone", "nothing"),
    pgettext_lazy("phone", "optional"),
    pgettext_lazy("phone", "overdue since {}"),
    pgettext_lazy("phone", "please choose"),
    pgettext_lazy("phone", "several may be ticked"),
    pgettext_lazy("phone", "text sent, {} of {} photos"),
    pgettext_lazy("phone", "today {}"),
    pgettext_lazy("phone", "unsent"),
    pgettext_lazy("phone", "unsent, {} photos"),
    pgettext_lazy("phone", "until {}"),
    pgettext_lazy("phone", "waits for another entry"),
    pgettext_lazy("phone", "yes"),
    pgettext_lazy("phone", "yesterday {}"),
    pgettext_lazy("phone", "{} characters too many"),
    pgettext_lazy("phone", "{} days"),
    pgettext_lazy(
        "phone",
        "{} entries wait on this phone. They stay and are sent as soon as there is a signal.",
    ),
    pgettext_lazy("phone", "{} is no photo that this browser can read."),
    pgettext_lazy("phone", "{} matters"),
    pgettext_lazy("phone", "{} notices"),
    pgettext_lazy("phone", "{} of them need help."),
    pgettext_lazy("phone", "{} stays"),
    pgettext_lazy("phone", "{} to ask"),
    pgettext_lazy("phone", "{} to ask for questionnaires"),
    pgettext_lazy("phone", "{} units"),
    pgettext_lazy("phone", "{} unsent"),
    pgettext_lazy("phone", "{} unsent, the oldest of {}."),
    pgettext_lazy("phone", "{} unsent."),
    pgettext_lazy("phone", "{} visits to correct"),
    pgettext_lazy("phone", "{}, no. {}"),
]


def by_english():
    """Return {English: translation in the active language}."""
    with override(None):
        english = [str(one) for one in WORDS]
    return {one: str(word) for one, word in zip(english, WORDS, strict=True)}
