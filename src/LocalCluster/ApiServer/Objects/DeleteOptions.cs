using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;

namespace LocalCluster.ApiServer.Objects;

/// <summary>How the dependents of a deleted object are treated.</summary>
internal enum Propagation
{
    Background,
    Foreground,
    Orphan,
}

/// <summary><c>metav1.DeleteOptions</c>.</summary>
internal sealed record DeleteOptions
{
    public static DeleteOptions Default { get; } = new();

    public string? Uid { get; init; }

    public string? ResourceVersion { get; init; }

    public long? GracePeriodSeconds { get; init; }

    /// <summary>Null: finalizers that say how, if the object has any; else in the background.</summary>
    public Propagation? Propagation { get; init; }

    public bool DryRun { get; init; }

    /// <summary>Reads a body; fields of the query win over nothing but absence.</summary>
    /// <exception cref="ApiException">400 or 422: not a DeleteOptions.</exception>
    public static DeleteOptions Read(JsonObject? body, Func<string, string?> query)
    {
        var grace = body.Long("gracePeriodSeconds");
        if (grace is null && query("gracePeriodSeconds") is { } text)
        {
            grace = long.TryParse(text, out var number)
                ? number
                : throw ApiException.BadRequest($"gracePeriodSeconds \"{text}\" is no integer");
        }

        var policy = body.Str("propagationPolicy") ?? query("propagationPolicy");
        var orphan = body.Bool("orphanDependents") ?? (query("orphanDependents") is { } flag ? flag == "true" : null);
        if (policy is not null && orphan is not null)
        {
            throw ApiException.Invalid(
                "meta.k8s.io",
                "DeleteOptions",
                "",
                [
                    FieldIssue.Invalid(
                        "propagationPolicy",
                        policy,
                        "orphanDependents and deletionPropagation cannot be both set"
                    ),
                ]
            );
        }

        return new()
        {
            Uid = body.Obj("preconditions").Str("uid"),
            ResourceVersion = body.Obj("preconditions").Str("resourceVersion"),
            GracePeriodSeconds = grace,
            Propagation = policy switch
            {
                null => orphan switch
                {
                    true => Objects.Propagation.Orphan,
                    false => Objects.Propagation.Background,
                    null => null,
                },
                "Background" => Objects.Propagation.Background,
                "Foreground" => Objects.Propagation.Foreground,
                "Orphan" => Objects.Propagation.Orphan,
                _ => throw ApiException.Invalid(
                    "meta.k8s.io",
                    "DeleteOptions",
                    "",
                    [FieldIssue.NotSupported("propagationPolicy", policy, "Foreground", "Background", "Orphan", "nil")]
                ),
            },
            DryRun = body.Strings("dryRun").Contains("All") || query("dryRun") == "All",
        };
    }
}
