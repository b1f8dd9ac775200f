using System.Text.Json;
using Kubernetes.Client;
using Kubernetes.Models;

namespace Kubernetes.Runtime.Apply;

/// <summary>Reads out of a server's refusal which fields cannot be changed.</summary>
internal static class ImmutableFields
{
    /// <summary>
    /// How the API's validations say it: kubernetes/kubernetes pkg/apis/*/validation and
    /// apimachinery/pkg/api/validation (<c>FieldImmutableErrorMsg</c>).
    /// </summary>
    private static readonly string[] Words =
    [
        "field is immutable",
        "is immutable after creation",
        "may not change once set",
        "may not change fields other than",
        "for fields other than",
        "cannot change roleRef",
    ];

    /// <summary>
    /// The fields' paths; empty when the server refused something else, or that as well, or has another object of the
    /// name, from which any field may differ.
    /// </summary>
    public static IReadOnlyList<string> Of(
        KubernetesApiException refusal,
        KubernetesObject? live,
        KubernetesObject desired
    )
    {
        if (
            refusal is not { Kind: KubernetesErrorKind.Invalid, Causes.Count: > 0, IsUidMismatch: false }
            || !refusal.Causes.All(cause =>
                Array.Exists(Words, word => cause.Message?.Contains(word, StringComparison.Ordinal) == true)
            )
        )
        {
            return [];
        }

        return
        [
            .. refusal
                .Causes.SelectMany(cause =>
                    cause.Field is "spec" ? PartsOfSpec(live, desired) : [cause.Field ?? "spec"]
                )
                .Distinct(StringComparer.Ordinal),
        ];
    }

    /// <summary>Some kinds refuse the whole spec and leave it to the reader to find the field.</summary>
    private static IEnumerable<string> PartsOfSpec(KubernetesObject? live, KubernetesObject desired)
    {
        if (live is null)
        {
            return ["spec"];
        }

        using var there = JsonDocument.Parse(live.ToUtf8Json());
        using var wanted = JsonDocument.Parse(desired.ToUtf8Json());
        if (
            !there.RootElement.TryGetProperty("spec", out var before)
            || !wanted.RootElement.TryGetProperty("spec", out var after)
        )
        {
            return ["spec"];
        }

        var fields = Superset
            .MissingFields(before, after)
            // What every kind of workload lets change.
            .Where(name => name is not ("replicas" or "template" or "updateStrategy" or "strategy"))
            .Select(name => $"spec.{name}")
            .ToList();
        return fields.Count > 0 ? fields : ["spec"];
    }
}
