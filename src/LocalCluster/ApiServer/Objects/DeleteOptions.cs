using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Http;
using LocalCluster.ApiServer.Json;
using LocalCluster.Schema;

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
        CheckShape(body);
        var grace = body.Long("gracePeriodSeconds");
        if (grace is null && query("gracePeriodSeconds") is { } text)
        {
            grace = long.TryParse(text, out var number)
                ? number
                : throw ApiException.BadRequest($"strconv.ParseInt: parsing {FieldError.Quote(text)}: invalid syntax");
        }

        var issues = new List<FieldIssue>();
        var dryRun = WriteContexts.CheckDryRun([.. body.Strings("dryRun"), query("dryRun")], issues);
        var policy = body.Str("propagationPolicy") ?? query("propagationPolicy");
        var orphan =
            body.Bool("orphanDependents") ?? (query("orphanDependents") is { } flag ? QueryFlags.Read(flag) : null);
        if (policy is not null && orphan is not null)
        {
            issues.Add(
                FieldIssue.Invalid(
                    "propagationPolicy",
                    policy,
                    "orphanDependents and deletionPropagation cannot be both set"
                )
            );
        }
        else if (policy is not (null or "Background" or "Foreground" or "Orphan"))
        {
            issues.Add(
                FieldIssue.NotSupported("propagationPolicy", policy, "Foreground", "Background", "Orphan", "nil")
            );
        }

        if (issues.Count > 0)
        {
            throw ApiException.Invalid("meta.k8s.io", "DeleteOptions", "", issues);
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
                _ => Objects.Propagation.Orphan,
            },
            DryRun = dryRun,
        };
    }

    /// <summary>What is no DeleteOptions at all cannot be decoded as one.</summary>
    private static void CheckShape(JsonObject? body)
    {
        if (body.Str("kind") is { Length: > 0 } kind && kind != "DeleteOptions")
        {
            throw ApiException.BadRequest(
                $"no kind \"{kind}\" is registered for version \"{body.Str("apiVersion")}\" in scheme \"pkg/apis/meta/internalversion/scheme/register.go:27\""
            );
        }

        GoDecoding.Check(body?["gracePeriodSeconds"], "DeleteOptions.gracePeriodSeconds", GoType.Int64);
        GoDecoding.Check(body?["orphanDependents"], "DeleteOptions.orphanDependents", GoType.Bool);
        GoDecoding.Check(body?["propagationPolicy"], "DeleteOptions.propagationPolicy", GoType.String);
        GoDecoding.Check(body?["preconditions"], "DeleteOptions.preconditions", GoType.Struct("v1.Preconditions"));
        GoDecoding.Check(body.Obj("preconditions")?["uid"], "Preconditions.preconditions.uid", GoType.String);
        GoDecoding.Check(
            body.Obj("preconditions")?["resourceVersion"],
            "Preconditions.preconditions.resourceVersion",
            GoType.String
        );
    }
}
