using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Resources;

namespace LocalCluster.ApiServer.Selectors;

/// <summary>
/// What a <c>metav1.LabelSelector</c> must be
/// (kubernetes/kubernetes apimachinery/pkg/apis/meta/v1/validation/validation.go, ValidateLabelSelector).
/// </summary>
internal static class LabelSelectorRules
{
    /// <summary>Adds what is wrong with one.</summary>
    /// <returns>Whether it can be read as a selector.</returns>
    public static bool Validate(JsonObject? selector, string path, List<FieldIssue> issues)
    {
        var before = issues.Count;
        foreach (var (key, value) in selector.Obj("matchLabels") ?? [])
        {
            AddInvalid($"{path}.matchLabels", key, NameRules.QualifiedName(key), issues);
            var text = value.Text() ?? "";
            AddInvalid($"{path}.matchLabels", text, NameRules.LabelValue(text), issues);
        }

        var index = 0;
        foreach (var expression in selector.Objects("matchExpressions"))
        {
            Requirement(expression, $"{path}.matchExpressions[{index++}]", issues);
        }

        return issues.Count == before;
    }

    private static void Requirement(JsonObject expression, string at, List<FieldIssue> issues)
    {
        var values = expression.Strings("values");
        switch (expression.Str("operator"))
        {
            case "In" or "NotIn":
                if (values.Count == 0)
                {
                    issues.Add(
                        FieldIssue.Required($"{at}.values", "must be specified when `operator` is 'In' or 'NotIn'")
                    );
                }

                break;
            case "Exists" or "DoesNotExist":
                if (values.Count > 0)
                {
                    issues.Add(
                        FieldIssue.Forbidden(
                            $"{at}.values",
                            "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
                        )
                    );
                }

                break;
            case var other:
                issues.Add(FieldIssue.Invalid($"{at}.operator", other ?? "", "not a valid selector operator"));
                break;
        }

        var key = expression.Str("key") ?? "";
        AddInvalid($"{at}.key", key, NameRules.QualifiedName(key), issues);
        for (var i = 0; i < values.Count; i++)
        {
            AddInvalid($"{at}.values[{i}]", values[i], NameRules.LabelValue(values[i]), issues);
        }
    }

    private static void AddInvalid(string field, string value, string? wrong, List<FieldIssue> issues)
    {
        if (wrong is not null)
        {
            issues.Add(FieldIssue.Invalid(field, value, wrong));
        }
    }
}
