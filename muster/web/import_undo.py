"""Undoing an import: what would go, what stays and why, and then the doing."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods

from muster.lib.times import now
from muster.people.imports import undoing as import_undoing
from muster.web.import_columns import may_import, ours
from muster.web.members import MemberRequest


@require_http_methods(["GET", "POST"])
@may_import
def undo(request: MemberRequest, pk: int) -> HttpResponse:
    """Says exactly what can and cannot be undone; POST has it undone."""
    taken = ours(request, pk)
    context = {"taken": taken}
    if request.method == "POST":
        try:
            import_undoing.undo(taken, by=request.member, at=now())
        except import_undoing.CannotUndoImport as refusal:
            return render(
                request, "web/imports/undo.html", context | {"refusal": refusal}, status=422
            )
        return redirect("imports:show", pk=pk)
    if taken.state in import_undoing.UNDONE:
        return redirect("imports:show", pk=pk)
    if taken.state not in import_undoing.UNDOABLE:
        cannot = import_undoing.CannotUndoImport(import_undoing.problem_of(taken))
        return render(request, "web/imports/undo.html", context | {"refusal": cannot})
    return render(
        request, "web/imports/undo.html", context | {"outlook": import_undoing.outlook(taken)}
    )


urlpatterns = [path("<int:pk>/undo", undo, name="undo")]
