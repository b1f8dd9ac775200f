using Binnacle.Api;
using Binnacle.Api.Syntax;

namespace Binnacle.Rendering.Alertmanager;

/// <summary>
/// The routing tree. First the channels that single AlertRules name, each with <c>continue</c>, since they add to the
/// stack's routes; then the stack's routes, of which the first that matches wins; last the default channels.
/// </summary>
internal static class RouteRenderer
{
    /// <summary>Receiver that tells nobody, for a stack without channels.</summary>
    public const string Nobody = "nobody";

    /// <summary>The tree.</summary>
    /// <param name="snapshot">What the render depends on.</param>
    /// <param name="known">Channels that have a receiver; a channel whose Secret is missing has none.</param>
    public static RouteConfig Render(StackSnapshot snapshot, IReadOnlySet<string> known)
    {
        var spec = snapshot.Stack.Spec.Alerting;
        var defaults = spec.DefaultChannels.Where(known.Contains).ToList();
        var routes = new List<RouteConfig>();
        foreach (var rule in snapshot.AlertRules.Where(rule => rule.Spec is { Enabled: true, Channels.Count: > 0 }).OrderBy(rule => rule.Key))
        {
            var channels = rule.Spec.Channels.Where(known.Contains).Distinct(StringComparer.Ordinal).ToList();
            if (channels.Count > 0)
            {
                routes.Add(
                    Node(channels) with
                    {
                        Matchers = [.. RuleLabels.Of(rule, snapshot.Stack).Select(label => Equal(label.Key, label.Value))],
                        Continue = true,
                    }
                );
            }
        }

        foreach (var route in spec.Routes)
        {
            var channels = route.Channels.Where(known.Contains).ToList();
            if (channels.Count > 0)
            {
                routes.Add(
                    Node(channels) with
                    {
                        Matchers = [.. Matchers(route).Select(matcher => matcher.ToString())],
                        GroupWait = route.GroupWait,
                        GroupInterval = route.GroupInterval,
                        RepeatInterval = route.RepeatInterval,
                    }
                );
            }
        }

        if (defaults.Count > 0 && routes.Count > 0)
        {
            // The root's own receiver is not told once any child matched, and those above match with `continue`.
            routes.Add(Node(defaults));
        }

        var root = routes.Count == 0 && defaults.Count > 0 ? Node(defaults) : new RouteConfig { Routes = routes };
        return root with
        {
            Receiver = defaults.Count > 0 ? defaults[0] : Nobody,
            GroupBy = spec.GroupBy,
            GroupWait = spec.GroupWait,
            GroupInterval = spec.GroupInterval,
            RepeatInterval = spec.RepeatInterval,
            Routes = root.Routes is { Count: > 0 } ? root.Routes : null,
        };
    }

    /// <summary>Severities and matchers of a route as one list.</summary>
    public static IEnumerable<Matcher> Matchers(Route route)
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

    /// <summary>One channel is told directly; several are children that hand on to each other.</summary>
    private static RouteConfig Node(List<string> channels) =>
        channels.Count == 1
            ? new RouteConfig { Receiver = channels[0] }
            : new RouteConfig
            {
                Receiver = channels[0],
                Routes =
                [
                    .. channels.Select(
                        (channel, i) =>
                            new RouteConfig { Receiver = channel, Continue = i < channels.Count - 1 ? true : null }
                    ),
                ],
            };

    private static string Equal(string label, string value) =>
        new Matcher(label, MatchOperator.Equal, value).ToString();
}
