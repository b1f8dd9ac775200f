using System.Text.Json.Nodes;

namespace LocalCluster.Patching;

/// <summary>What came of a server-side apply.</summary>
internal abstract record ApplyResult
{
    private ApplyResult() { }

    /// <summary>The configuration was merged.</summary>
    /// <param name="Object">The merged object with its managedFields; the live object itself when nothing changed.</param>
    /// <param name="Changed">False when neither a value nor the ownership of a field changed: nothing needs to be stored.</param>
    internal sealed record Merged(JsonObject Object, bool Changed) : ApplyResult;

    /// <summary>Others own fields that the configuration would change (409 Conflict).</summary>
    /// <param name="Conflicts">One entry per field and manager.</param>
    /// <param name="Message">The status message, in Kubernetes' words.</param>
    internal sealed record Conflicting(IReadOnlyList<ApplyConflict> Conflicts, string Message) : ApplyResult;

    /// <summary>The configuration does not fit the kind's schema; Kubernetes answers 500 with this message.</summary>
    /// <param name="Message">What is wrong, with the field's path.</param>
    internal sealed record Misfit(string Message) : ApplyResult;
}

/// <summary>A field that someone else owns: a cause of type FieldManagerConflict.</summary>
/// <param name="Manager">The owner.</param>
/// <param name="Field">The field's path, such as <c>.spec.replicas</c>.</param>
/// <param name="Message">The cause's message, such as <c>conflict with "kubectl" using apps/v1</c>.</param>
internal sealed record ApplyConflict(FieldManager Manager, string Field, string Message);
