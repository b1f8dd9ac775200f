using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Json;

namespace LocalCluster.ApiServer.Selectors;

/// <summary><c>metav1.LabelSelector</c> objects.</summary>
internal static class LabelSelectors
{
    /// <summary>An empty selector matches everything, none (null) nothing.</summary>
    public static bool Matches(JsonObject? selector, JsonObject? labels)
    {
        if (selector is null)
        {
            return false;
        }

        foreach (var (name, value) in selector.Obj("matchLabels") ?? [])
        {
            if (labels.Str(name) != value.Text())
            {
                return false;
            }
        }

        return selector
            .Objects("matchExpressions")
            .All(expression => Matches(expression, labels.Str(expression.Str("key") ?? "")));
    }

    /// <summary>The string form, as the scale subresource shows it.</summary>
    public static string Format(JsonObject? selector)
    {
        var parts = (selector.Obj("matchLabels") ?? [])
            .OrderBy(label => label.Key, StringComparer.Ordinal)
            .Select(label => $"{label.Key}={label.Value.Text()}")
            .Concat(
                selector
                    .Objects("matchExpressions")
                    .Select(expression =>
                        expression.Str("operator") switch
                        {
                            "Exists" => expression.Str("key") ?? "",
                            "DoesNotExist" => $"!{expression.Str("key")}",
                            "NotIn" =>
                                $"{expression.Str("key")} notin ({string.Join(",", expression.Strings("values"))})",
                            _ => $"{expression.Str("key")} in ({string.Join(",", expression.Strings("values"))})",
                        }
                    )
            );
        return string.Join(",", parts);
    }

    private static bool Matches(JsonObject expression, string? value) =>
        expression.Str("operator") switch
        {
            "In" => value is not null && expression.Strings("values").Contains(value),
            "NotIn" => value is null || !expression.Strings("values").Contains(value),
            "Exists" => value is not null,
            "DoesNotExist" => value is null,
            _ => false,
        };
}
