"""The notes: one list to find and review them, and one tab for each language on a disease's page."""

from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet, ModelForm
from django.http import HttpRequest, QueryDict
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from diagnosis.admin.fresh import FreshForm
from diagnosis.admin.marking import LINES, EditedMixin, TablesAdmin
from diagnosis.history import keep_shipped
from diagnosis.models import ConditionNote, Disease, Language
from diagnosis.resources import ConditionNoteResource

PREFIXES = {"notes": Language.KO.value, "notes-2": Language.EN.value}  # as Django names two tabs of one table


class NoteFormSet(BaseInlineFormSet):
    """The notes of one language; each topic at most once."""

    language = ""

    def _construct_form(self, i: int, **options: Any) -> ModelForm:
        form: ModelForm = super()._construct_form(i, **options)  # type: ignore[misc]
        form.instance.language = self.language
        return form

    def clean(self) -> None:
        super().clean()
        topics = [form.cleaned_data.get("topic") for form in self.forms if form.cleaned_data]
        if len(topics) != len(set(topics)):
            raise ValidationError(_("A topic is written once in each language."))


class NotesInline(admin.StackedInline):
    """The notes of a disease in one language, on its page."""

    model = ConditionNote
    formset = NoteFormSet
    extra = 0
    formfield_overrides = LINES
    can_delete = False  # on its own page, where a shipped one says that it stays
    max_num = len(ConditionNote.Topic.choices)
    fields = ["topic", "text", "state", "reviewed_by", "reviewed_on", "edited"]
    show_change_link = True
    language: ClassVar[str]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ConditionNote]:
        return super().get_queryset(request).filter(language=self.language)

    def get_formset(self, request: HttpRequest, obj: Disease | None = None, **options: Any) -> type[BaseInlineFormSet]:
        formset = super().get_formset(request, obj, **options)
        formset.language = self.language  # type: ignore[attr-defined]
        return formset


class KoreanNotes(NotesInline):
    """The first tab."""

    language = Language.KO.value
    verbose_name_plural = _("Korean")


class EnglishNotes(NotesInline):
    """The second tab."""

    language = Language.EN.value
    verbose_name_plural = _("English")


@admin.register(ConditionNote)
class ConditionNoteAdmin(EditedMixin, SimpleHistoryAdmin, TablesAdmin):
    """All notes in one list: what is reviewed, what is not, what exists in which language."""

    form = FreshForm
    formfield_overrides = LINES
    resource_classes = [ConditionNoteResource]
    list_display = ["disease", "species", "topic", "language", "state", "reviewed_by", "reviewed_on", "edited"]
    list_filter = ["state", "language", "topic", "disease__species", "disease__body_site", "edited"]
    list_select_related = ["disease__species"]
    search_fields = ["text", "disease__name_ko", "disease__name_en"]
    show_facets = admin.ShowFacets.ALWAYS
    autocomplete_fields = ["disease"]
    date_hierarchy = "reviewed_on"
    actions = ["review"]
    history_list_display = ["state", "reviewed_by"]

    @admin.display(description=_("species"))
    def species(self, note: ConditionNote) -> Any:
        """Whose disease it is: dogs and people both have a cataract."""
        return note.disease.species

    def state(self, version: Any) -> str:
        """In words, in the list of its versions."""
        words: str = version.get_state_display()
        return words

    @admin.action(description=_("Mark as reviewed by me today"), permissions=["change"])
    def review(self, request: HttpRequest, chosen: QuerySet[ConditionNote]) -> None:
        """Sign what one has read."""
        name = request.user.get_full_name() or request.user.get_username()  # type: ignore[union-attr]
        for note in chosen:
            keep_shipped(note)
            note.state, note.reviewed_by, note.reviewed_on = ConditionNote.State.REVIEWED, name, timezone.localdate()
            note._history_user = request.user  # type: ignore[attr-defined]
            note.save()


def written_notes(form: QueryDict, disease: Disease) -> list[dict[str, Any]]:
    """What stands in the form of a disease's page, as its readers' page wants it: each language with its notes."""
    return [_language(form, prefix, language, disease) for prefix, language in PREFIXES.items()]


def _language(form: QueryDict, prefix: str, language: str, disease: Disease) -> dict[str, Any]:
    total = form.get(f"{prefix}-TOTAL_FORMS", "0")
    rows = [
        ConditionNote(topic=form.get(f"{prefix}-{number}-topic", ""), text=form.get(f"{prefix}-{number}-text", ""))
        for number in range(min(int(total) if total.isdigit() else 0, 2 * len(ConditionNote.Topic.choices)))
    ]
    by_topic = {note.topic: note for note in rows if note.lines}
    with translation.override(language):
        notes = [
            {
                "topic": topic,
                "title": str(title),
                "lines": by_topic[topic].lines,
                "sources": [],
                "note": by_topic[topic],
            }
            for topic, title in ConditionNote.Topic.choices
            if topic in by_topic
        ]
        return {"code": language, "name": disease.name, "notes": notes}
