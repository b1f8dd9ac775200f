using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Resources;
using LocalCluster.Schema;

namespace LocalCluster.ApiServer.Objects;

/// <summary>The rules of <c>metadata.finalizers</c>.</summary>
internal static class FinalizerRules
{
    private static readonly string[] Standard =
    [
        ObjectDeleter.OrphanFinalizer,
        ObjectDeleter.ForegroundFinalizer,
        "kubernetes",
        "customresourcecleanup.apiextensions.k8s.io",
    ];

    private const string Unqualified = "name is neither a standard finalizer name nor is it fully qualified";

    /// <summary>Finds faults; <paramref name="old"/> is null for a new object.</summary>
    public static void Validate(JsonObject metadata, JsonObject? old, ApiResource resource, List<FieldIssue> issues)
    {
        var finalizers = metadata.Strings("finalizers");
        for (var i = 0; i < finalizers.Count; i++)
        {
            if (NameRules.QualifiedName(finalizers[i]) is { } bad)
            {
                issues.Add(FieldIssue.Invalid("metadata.finalizers", finalizers[i], bad));
            }
            else if (IsCore(resource) && IsUnqualified(finalizers[i]))
            {
                issues.Add(FieldIssue.Invalid($"metadata.finalizers[{i}]", finalizers[i], Unqualified));
                if (old is not null)
                {
                    issues.Add(issues[^1]);
                }
            }
        }

        if (
            finalizers.Contains(ObjectDeleter.OrphanFinalizer) && finalizers.Contains(ObjectDeleter.ForegroundFinalizer)
        )
        {
            issues.Add(
                new(
                    "FieldValueInvalid",
                    "metadata.finalizers",
                    $"Invalid value: {Shown(finalizers)}: finalizer orphan and foregroundDeletion cannot be both set"
                )
            );
        }

        if (old?.Metadata()["deletionTimestamp"] is null)
        {
            return;
        }

        var added = finalizers.Except(old.Metadata().Strings("finalizers")).ToList();
        if (added.Count > 0)
        {
            // Kubernetes checks this twice, and tells it twice.
            var issue = FieldIssue.Forbidden(
                "metadata.finalizers",
                $"no new finalizers can be added if the object is being deleted, found new finalizers {Shown(added)}"
            );
            issues.Add(issue);
            issues.Add(issue);
        }
    }

    /// <summary>Checks the name of a finalizer of a namespace's spec.</summary>
    public static void ValidateName(string finalizer, string at, List<FieldIssue> issues)
    {
        if (NameRules.QualifiedName(finalizer) is { } bad)
        {
            issues.Add(FieldIssue.Invalid(at, finalizer, bad));
        }

        if (IsUnqualified(finalizer))
        {
            issues.Add(FieldIssue.Invalid(at, finalizer, Unqualified));
        }
    }

    /// <summary>Remarks on names that others may use, too.</summary>
    public static void Warn(JsonObject metadata, JsonObject? old, ApiResource resource, Action<string> warn)
    {
        if (IsCore(resource))
        {
            return;
        }

        foreach (
            var finalizer in metadata
                .Strings("finalizers")
                .Except(old?.Metadata().Strings("finalizers") ?? [])
                .Where(IsUnqualified)
        )
        {
            warn(
                $"metadata.finalizers: {FieldError.Quote(finalizer)}: prefer a domain-qualified finalizer name to avoid accidental conflicts with other finalizer writers"
            );
        }
    }

    /// <summary>Custom kinds and their definitions may use any name; they are warned.</summary>
    private static bool IsCore(ApiResource resource) => !resource.IsCustom && resource.Group != "apiextensions.k8s.io";

    private static bool IsUnqualified(string finalizer) =>
        !finalizer.Contains('/', StringComparison.Ordinal) && !Standard.Contains(finalizer);

    private static string Shown(IEnumerable<string> finalizers) =>
        $"[]string{{{string.Join(", ", finalizers.Select(FieldError.Quote))}}}";
}
