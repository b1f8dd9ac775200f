using System.Text;
using Binnacle.Api;
using Binnacle.Api.Syntax;
using Binnacle.Rendering.Common;
using Kubernetes.Models;

namespace Binnacle.Rendering.Alertmanager;

/// <summary>
/// Who is told of what, before it becomes a tree of routes: the rendered tree and what a rule's status says about its
/// receivers are made of the same table. Channels without a receiver, since their Secret is missing, are left out.
/// </summary>
/// <param name="Rules">Channels that single AlertRules name; every entry that matches is told.</param>
/// <param name="Routes">The stack's routes; the first that matches is told.</param>
/// <param name="Defaults">Told when none of <paramref name="Routes"/> matches.</param>
/// <param name="Left">Rules for whose channels there was no room.</param>
internal sealed record RoutingTable(
    IReadOnlyList<RuleRoute> Rules,
    IReadOnlyList<StackRoute> Routes,
    IReadOnlyList<string> Defaults,
    IReadOnlyList<ObjectKey> Left
)
{
    /// <summary>What the routes of single rules may take of the file; the rest is for channels and the stack's routes.</summary>
    private const int MaxRuleBytes = ObjectNames.MaxContentBytes * 3 / 4;

    /// <summary>The table of a stack.</summary>
    /// <param name="snapshot">What the render depends on.</param>
    /// <param name="known">Channels that have a receiver.</param>
    public static RoutingTable Of(StackSnapshot snapshot, IReadOnlySet<string> known)
    {
        var spec = snapshot.Stack.Spec.Alerting;
        var rules = new List<RuleRoute>();
        var left = new List<ObjectKey>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var bytes = 0;
        foreach (var rule in RulesWithChannels(snapshot).OrderBy(rule => rule.Key))
        {
            var route = new RuleRoute([.. RuleLabels.Of(rule, snapshot.Stack)], Known(rule.Spec.Channels, known));
            if (route.Channels.Count == 0 || !seen.Add(route.Identity))
            {
                continue;
            }

            bytes += route.Bytes;
            if (bytes > MaxRuleBytes)
            {
                left.Add(rule.Key);
            }
            else
            {
                rules.Add(route);
            }
        }

        return new RoutingTable(
            rules,
            [
                .. spec
                    .Routes.Select(route => new StackRoute(
                        route,
                        [.. RouteMatchers(route)],
                        Known(route.Channels, known)
                    ))
                    .Where(route => route.Channels.Count > 0),
            ],
            Known(spec.DefaultChannels, known),
            left
        );
    }

    /// <summary>The AlertRules that the table depends on.</summary>
    public static IEnumerable<AlertRule> RulesWithChannels(StackSnapshot snapshot) =>
        snapshot.AlertRules.Where(rule => rule.Spec is { Enabled: true, Channels.Count: > 0 });

    /// <summary>Severities and matchers of a route as one list.</summary>
    private static IEnumerable<Matcher> RouteMatchers(Route route)
    {
        if (route.Severities.Count == 1)
        {
            yield return new Matcher("severity", MatchOperator.Equal, RuleLabels.Text(route.Severities[0]));
        }
        else if (route.Severities.Count > 1)
        {
            yield return new Matcher(
                "severity",
                MatchOperator.Matches,
                string.Join('|', route.Severities.Select(RuleLabels.Text))
            );
        }

        foreach (var matcher in route.Matchers.SelectMany(Matcher.Parse))
        {
            yield return matcher;
        }
    }

    private static List<string> Known(IEnumerable<string> channels, IReadOnlySet<string> known) =>
        [.. channels.Where(known.Contains).Distinct(StringComparer.Ordinal)];
}

/// <summary>Channels that AlertRules name.</summary>
/// <param name="Labels">What their alerts carry, alertname among it.</param>
/// <param name="Channels">Who is told besides those that the stack's routes choose.</param>
internal sealed record RuleRoute(IReadOnlyList<KeyValuePair<string, string>> Labels, IReadOnlyList<string> Channels)
{
    /// <summary>Equal for rules with the same labels and channels, which need one route only.</summary>
    public string Identity =>
        string.Join('\0', Labels.SelectMany(label => new[] { label.Key, label.Value }).Concat(Channels));

    /// <summary>About what it takes in the file: names, values, indentation and punctuation.</summary>
    public int Bytes =>
        64
        + Labels.Sum(label => 24 + label.Key.Length + Encoding.UTF8.GetByteCount(label.Value))
        + Channels.Sum(channel => 40 + channel.Length);
}

/// <summary>A route of the stack.</summary>
/// <param name="Route">As it was written.</param>
/// <param name="Matchers">Its severities and matchers.</param>
/// <param name="Channels">Who is told.</param>
internal sealed record StackRoute(Route Route, IReadOnlyList<Matcher> Matchers, IReadOnlyList<string> Channels)
{
    /// <summary>The matchers, ready to be asked.</summary>
    public IReadOnlyList<MatcherTest> Tests { get; } = [.. Matchers.Select(matcher => new MatcherTest(matcher))];
}
