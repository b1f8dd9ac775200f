namespace Binnacle.PromQL.Templates.Checking;

/// <summary>
/// The data of Alertmanager's notification templates
/// (https://github.com/prometheus/alertmanager/blob/main/template/template.go).
/// </summary>
internal static class NotificationTypes
{
    private static readonly GoType Strings = new(
        "template.Strings",
        GoShape.List,
        new Dictionary<string, GoType> { ["Join"] = GoTypes.Text },
        GoTypes.Text,
        new Dictionary<string, int> { ["Join"] = 1 }
    );

    private static readonly GoType Pairs = new(
        "template.Pairs",
        GoShape.List,
        new Dictionary<string, GoType>
        {
            ["Names"] = Strings,
            ["Values"] = Strings,
            ["String"] = GoTypes.Text,
        },
        new GoType(
            "template.Pair",
            GoShape.Struct,
            new Dictionary<string, GoType> { ["Name"] = GoTypes.Text, ["Value"] = GoTypes.Text }
        )
    );

    // Remove gives such a map again; its result is left unknown, which any further step passes.
    private static readonly GoType Pairing = new(
        "template.KV",
        GoShape.Map,
        new Dictionary<string, GoType>
        {
            ["SortedPairs"] = Pairs,
            ["Remove"] = GoTypes.Unknown,
            ["Names"] = Strings,
            ["Values"] = Strings,
            ["String"] = GoTypes.Text,
        },
        GoTypes.Text,
        new Dictionary<string, int> { ["Remove"] = 1 }
    );

    private static readonly GoType Alert = new(
        "template.Alert",
        GoShape.Struct,
        new Dictionary<string, GoType>
        {
            ["Status"] = GoTypes.Text,
            ["Labels"] = Pairing,
            ["Annotations"] = Pairing,
            ["StartsAt"] = GoTypes.Unknown,
            ["EndsAt"] = GoTypes.Unknown,
            ["GeneratorURL"] = GoTypes.Text,
            ["Fingerprint"] = GoTypes.Text,
        }
    );

    private static readonly GoType FilteredAlerts = new("[]template.Alert", GoShape.List, element: Alert);

    private static readonly GoType Alerts = new(
        "template.Alerts",
        GoShape.List,
        new Dictionary<string, GoType> { ["Firing"] = FilteredAlerts, ["Resolved"] = FilteredAlerts },
        Alert
    );

    public static readonly GoType Data = new(
        "the data of a notification",
        GoShape.Struct,
        new Dictionary<string, GoType>
        {
            ["Receiver"] = GoTypes.Text,
            ["Status"] = GoTypes.Text,
            ["NotificationReason"] = GoTypes.Text,
            ["RouteLabels"] = Pairing,
            ["Alerts"] = Alerts,
            ["GroupLabels"] = Pairing,
            ["CommonLabels"] = Pairing,
            ["CommonAnnotations"] = Pairing,
            ["ExternalURL"] = GoTypes.Text,
        }
    );
}
