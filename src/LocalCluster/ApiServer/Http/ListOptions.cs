using System.Globalization;
using LocalCluster.ApiServer.Errors;
using LocalCluster.Schema;

namespace LocalCluster.ApiServer.Http;

/// <summary><c>metav1.ListOptions</c> of a list or a watch, checked as Kubernetes checks them.</summary>
internal sealed record ListOptions
{
    /// <summary>Objects of a page; 0 for all.</summary>
    public long Limit { get; private init; }

    public string Continue { get; private init; } = "";

    /// <summary>Null when the client names none.</summary>
    public long? ResourceVersion { get; private init; }

    /// <summary>True for the state at exactly <see cref="ResourceVersion"/>.</summary>
    public bool IsExact { get; private init; }

    /// <summary>Null when the client does not say.</summary>
    public bool? SendInitialEvents { get; private init; }

    public bool AllowWatchBookmarks { get; private init; }

    public long TimeoutSeconds { get; private init; }

    /// <summary>Reads the query of a list or a watch.</summary>
    /// <exception cref="ApiException">400, 422 or 500: not readable, or words that do not go together.</exception>
    public static ListOptions Read(IQueryCollection query, bool isWatch)
    {
        var match = query["resourceVersionMatch"].ToString();
        var version = query["resourceVersion"].ToString();
        var token = query["continue"].ToString();
        var options = new ListOptions
        {
            Limit = Integer(query["limit"].ToString()),
            TimeoutSeconds = Integer(query["timeoutSeconds"].ToString()),
            Continue = isWatch ? "" : token,
            IsExact = match == "Exact",
            SendInitialEvents = query.Flag("sendInitialEvents"),
            AllowWatchBookmarks = query.IsSet("allowWatchBookmarks"),
        };
        var issues = new List<FieldIssue>();
        if (isWatch)
        {
            CheckWatch(options, match, token, issues);
        }
        else
        {
            CheckList(options, match, version, token, issues);
        }

        return issues.Count > 0
            ? throw ApiException.Invalid("meta.k8s.io", "ListOptions", "", issues)
            : options with
            {
                ResourceVersion = Version(
                    version,
                    why =>
                        isWatch
                            ? new ApiException(500, "", why)
                            : ApiException.BadRequest($"invalid resource version: {why}")
                ),
            };
    }

    /// <summary>Reads the version that an object must not be older than.</summary>
    public static long? VersionOfGet(IQueryCollection query) =>
        Version(query["resourceVersion"].ToString(), why => new ApiException(500, "", why));

    private static long? Version(string text, Func<string, ApiException> refuse) =>
        text.Length == 0 ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw refuse(
            $"resourceVersion: Invalid value: {FieldError.Quote(text)}: strconv.ParseUint: parsing {FieldError.Quote(text)}: invalid syntax"
        );

    private static long Integer(string text) =>
        text.Length == 0 ? 0
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
        : throw ApiException.BadRequest($"strconv.ParseInt: parsing {FieldError.Quote(text)}: invalid syntax");

    private static void CheckList(
        ListOptions options,
        string match,
        string version,
        string token,
        List<FieldIssue> issues
    )
    {
        if (match.Length > 0)
        {
            if (version.Length == 0)
            {
                Forbid("resourceVersionMatch is forbidden unless resourceVersion is provided");
            }

            if (token.Length > 0)
            {
                Forbid("resourceVersionMatch is forbidden when continue is provided");
            }

            if (match is not ("Exact" or "NotOlderThan"))
            {
                issues.Add(FieldIssue.NotSupported("resourceVersionMatch", match, "Exact", "NotOlderThan", ""));
            }

            if (match == "Exact" && version == "0")
            {
                Forbid("resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"");
            }
        }

        if (options.SendInitialEvents is not null)
        {
            issues.Add(FieldIssue.Forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"));
        }

        void Forbid(string why) => issues.Add(FieldIssue.Forbidden("resourceVersionMatch", why));
    }

    private static void CheckWatch(ListOptions options, string match, string token, List<FieldIssue> issues)
    {
        if (match.Length > 0)
        {
            if (options.SendInitialEvents is null)
            {
                Forbid("resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
            }

            if (match != "NotOlderThan")
            {
                issues.Add(FieldIssue.NotSupported("resourceVersionMatch", match, "NotOlderThan"));
            }

            if (token.Length > 0)
            {
                Forbid("resourceVersionMatch is forbidden when continue is provided");
            }
        }

        if (options.SendInitialEvents is not null && match != "NotOlderThan")
        {
            Forbid("sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
        }

        void Forbid(string why) => issues.Add(FieldIssue.Forbidden("resourceVersionMatch", why));
    }
}
