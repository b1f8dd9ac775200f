using Binnacle.Api;
using Binnacle.Api.Syntax;

namespace Binnacle.Rendering.Alertmanager;

/// <summary>
/// The routing tree. First the channels that single AlertRules name, each with <c>continue</c>, since they add to the
/// stack's routes; then the stack's routes, of which the first that matches wins; last the default channels.
/// </summary>
internal static class RouteRenderer
{
    /// <summary>Receiver that tells nobody, for alerts that nothing matches.</summary>
    public const string Nobody = "nobody";

    /// <summary>The tree.</summary>
    public static RouteConfig Render(AlertingSpec spec, RoutingTable table)
    {
        List<RouteConfig> routes =
        [
            .. table.Rules.Select(rule =>
                Node(rule.Channels) with
                {
                    Matchers =
                    [
                        .. rule.Labels.Select(label =>
                            new Matcher(label.Key, MatchOperator.Equal, label.Value).ToString()
                        ),
                    ],
                    Continue = true,
                }
            ),
            .. table.Routes.Select(route =>
                Node(route.Channels) with
                {
                    Matchers = route.Matchers.Count == 0 ? null : [.. route.Matchers.Select(m => m.ToString())],
                    GroupWait = route.Route.GroupWait,
                    GroupInterval = route.Route.GroupInterval,
                    RepeatInterval = route.Route.RepeatInterval,
                }
            ),
        ];
        if (table.Defaults.Count > 0)
        {
            // Not as the root's own receiver: that is not told once any child matched, and a rule's channels do.
            routes.Add(Node(table.Defaults));
        }

        return new RouteConfig
        {
            Receiver = Nobody,
            GroupBy = spec.GroupBy,
            GroupWait = spec.GroupWait,
            GroupInterval = spec.GroupInterval,
            RepeatInterval = spec.RepeatInterval,
            Routes = routes.Count == 0 ? null : routes,
        };
    }

    /// <summary>One channel is told directly; several are children that hand on to each other.</summary>
    private static RouteConfig Node(IReadOnlyList<string> channels) =>
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
}
