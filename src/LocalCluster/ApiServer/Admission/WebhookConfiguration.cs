using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Json;
using LocalCluster.Cel;

namespace LocalCluster.ApiServer.Admission;

/// <summary>One webhook of a stored configuration.</summary>
internal sealed record Webhook
{
    public required string Name { get; init; }

    public required IReadOnlyList<WebhookRule> Rules { get; init; }

    /// <summary>Also called for other versions of what the rules name.</summary>
    public bool MatchesEquivalent { get; init; }

    /// <summary>A webhook that cannot be asked lets pass.</summary>
    public bool IgnoresFailure { get; init; }

    public JsonObject? NamespaceSelector { get; init; }

    public JsonObject? ObjectSelector { get; init; }

    public IReadOnlyList<MatchCondition> Conditions { get; init; } = [];

    public TimeSpan Timeout { get; init; }

    /// <summary>Asked again when somebody after it changed the object.</summary>
    public bool Reinvoked { get; init; }

    /// <summary>It may be asked about dry runs.</summary>
    public bool TakesDryRun { get; init; }

    public required WebhookAddress Address { get; init; }

    /// <summary>Reads the webhooks of a configuration that was validated.</summary>
    public static IReadOnlyList<Webhook> ReadAll(JsonObject configuration) =>
        [.. configuration.Objects("webhooks").Select(Read)];

    private static Webhook Read(JsonObject value) =>
        new()
        {
            Name = value.Str("name") ?? "",
            Rules = [.. value.Objects("rules").Select(WebhookRule.Read)],
            MatchesEquivalent = value.Str("matchPolicy") != "Exact",
            IgnoresFailure = value.Str("failurePolicy") == "Ignore",
            NamespaceSelector = value.Obj("namespaceSelector"),
            ObjectSelector = value.Obj("objectSelector"),
            Conditions =
            [
                .. value
                    .Objects("matchConditions")
                    .Select(condition => MatchCondition.Compile(condition, out _))
                    .OfType<MatchCondition>(),
            ],
            Timeout = TimeSpan.FromSeconds(value.Long("timeoutSeconds") ?? 10),
            Reinvoked = value.Str("reinvocationPolicy") == "IfNeeded",
            TakesDryRun = value.Str("sideEffects") is "None" or "NoneOnDryRun",
            Address = WebhookAddress.Read(value.Obj("clientConfig") ?? []),
        };
}

/// <summary>Which requests a webhook is for.</summary>
internal sealed record WebhookRule(
    IReadOnlyList<string> Operations,
    IReadOnlyList<string> Groups,
    IReadOnlyList<string> Versions,
    IReadOnlyList<string> Resources,
    string Scope
)
{
    public static WebhookRule Read(JsonObject rule) =>
        new(
            rule.Strings("operations"),
            rule.Strings("apiGroups"),
            rule.Strings("apiVersions"),
            rule.Strings("resources"),
            rule.Str("scope") ?? "*"
        );

    /// <summary>True for a request about this version of a resource.</summary>
    public bool Matches(
        string operation,
        string group,
        string version,
        string plural,
        string? subresource,
        bool namespaced
    )
    {
        var scope = Scope == "*" || Scope == (namespaced ? "Namespaced" : "Cluster");
        return scope
            && Has(Operations, operation)
            && Has(Groups, group)
            && Has(Versions, version)
            && Resources.Any(resource => MatchesResource(resource, plural, subresource ?? ""));
    }

    private static bool Has(IReadOnlyList<string> values, string value) =>
        values.Contains("*", StringComparer.Ordinal) || values.Contains(value, StringComparer.Ordinal);

    private static bool MatchesResource(string rule, string plural, string subresource)
    {
        var slash = rule.IndexOf('/', StringComparison.Ordinal);
        var (resource, sub) = slash < 0 ? (rule, "") : (rule[..slash], rule[(slash + 1)..]);
        return (resource == "*" || resource == plural) && (sub == "*" || sub == subresource);
    }
}

/// <summary>Where a webhook listens: a URL, or a Service of the cluster.</summary>
internal sealed record WebhookAddress(
    Uri? Url,
    string Namespace,
    string Service,
    string Path,
    int Port,
    string CaBundle
)
{
    public static WebhookAddress Read(JsonObject config)
    {
        var (url, service) = (config.Str("url"), config.Obj("service"));
        return new(
            url is null ? null : new Uri(url),
            service.Str("namespace") ?? "",
            service.Str("name") ?? "",
            service.Str("path") ?? "",
            (int)(service.Long("port") ?? 443),
            config.Str("caBundle") ?? ""
        );
    }

    /// <summary>What is asked: the Service by its DNS name, which its certificate must have.</summary>
    public Uri Target(TimeSpan timeout)
    {
        var seconds = $"timeout={(long)timeout.TotalSeconds}s";
        if (Url is null)
        {
            return new($"https://{Service}.{Namespace}.svc:{Port}/{Path.TrimStart('/')}?{seconds}");
        }

        var builder = new UriBuilder(Url);
        builder.Query = builder.Query.Length > 1 ? $"{builder.Query[1..]}&{seconds}" : seconds;
        return builder.Uri;
    }
}

/// <summary>A CEL condition that a request must meet for the webhook to be asked.</summary>
internal sealed record MatchCondition(string Name, CelExpression Expression)
{
    private const long Limit = 1_000_000;

    private static readonly CelType RequestKind = Struct("GroupVersionKind", "group", "version", "kind");
    private static readonly CelType RequestResource = Struct("GroupVersionResource", "group", "version", "resource");

    private static readonly Dictionary<string, CelType> Variables = new(StringComparer.Ordinal)
    {
        ["object"] = CelType.Dyn,
        ["oldObject"] = CelType.Dyn,
        ["request"] = CelType.Object(
            "kubernetes.AdmissionRequest",
            new Dictionary<string, CelType>(StringComparer.Ordinal)
            {
                ["kind"] = RequestKind,
                ["resource"] = RequestResource,
                ["subResource"] = CelType.String,
                ["requestKind"] = RequestKind,
                ["requestResource"] = RequestResource,
                ["requestSubResource"] = CelType.String,
                ["name"] = CelType.String,
                ["namespace"] = CelType.String,
                ["__namespace__"] = CelType.String,
                ["operation"] = CelType.String,
                ["userInfo"] = CelType.Object(
                    "kubernetes.UserInfo",
                    new Dictionary<string, CelType>(StringComparer.Ordinal)
                    {
                        ["username"] = CelType.String,
                        ["uid"] = CelType.String,
                        ["groups"] = CelType.List(CelType.String),
                        ["extra"] = CelType.Map(CelType.String, CelType.List(CelType.String)),
                    }
                ),
                ["dryRun"] = CelType.Bool,
                ["options"] = CelType.Dyn,
            }
        ),
    };

    /// <summary>Compiles a condition; null, with what is wrong, when it is none that this server can evaluate.</summary>
    public static MatchCondition? Compile(JsonObject condition, out string error)
    {
        var expression = CompiledRule.Compile(
            condition.Str("expression") ?? "",
            CelType.Bool,
            Variables,
            "",
            out error
        );
        return expression is null ? null : new(condition.Str("name") ?? "", expression);
    }

    /// <summary>Whether a request meets it; an error when nobody can say.</summary>
    public (bool Holds, string? Error) Evaluate(JsonObject request)
    {
        var variables = new Dictionary<string, CelValue>(StringComparer.Ordinal)
        {
            ["object"] = CelJson.ValueOf(request["object"]),
            ["oldObject"] = CelJson.ValueOf(request["oldObject"]),
            ["request"] = CelJson.ValueOf(request),
        };
        CelValue value;
        try
        {
            value = new CelEvaluator(variables, Limit).Evaluate(Expression);
        }
        catch (CelBudgetException)
        {
            return (false, "operation cancelled: actual cost limit exceeded");
        }

        return value switch
        {
            CelBool flag => (flag.Value, null),
            CelError fault => (false, fault.Message),
            _ => (false, "the expression is no bool"),
        };
    }

    private static CelType Struct(string name, params string[] fields) =>
        CelType.Object(
            $"kubernetes.{name}",
            fields.ToDictionary(field => field, _ => CelType.String, StringComparer.Ordinal)
        );
}
