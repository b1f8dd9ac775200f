using Binnacle.PromQL.Templates;

namespace Binnacle.PromQL.Linting;

/// <summary>A label or annotation that is a template, and what it takes from the alert.</summary>
internal sealed record RuleTemplate(LintField Field, bool IsLabel, AlertTemplate Template)
{
    public static IReadOnlyList<RuleTemplate> Of(LintContext context)
    {
        if (context.Labels.Count == 0 && context.Annotations.Count == 0)
        {
            return [];
        }

        var templates = new List<RuleTemplate>();
        Add(context.Labels, isLabel: true);
        Add(context.Annotations, isLabel: false);
        return templates;

        void Add(IReadOnlyList<LintField> fields, bool isLabel)
        {
            foreach (var field in fields)
            {
                var template = field.Template ?? AlertTemplate.Parse(field.Source.Text);
                if (template.Labels.Count > 0 || template.Values.Count > 0)
                {
                    templates.Add(new RuleTemplate(field, isLabel, template));
                }
            }
        }
    }

    /// <summary>The places where the value becomes text.</summary>
    public IEnumerable<TemplateValue> Printed
    {
        get
        {
            foreach (var value in Template.Values)
            {
                if (value.Use is TemplateValueUse.Printed or TemplateValueUse.Formatted)
                {
                    yield return value;
                }
            }
        }
    }

    /// <summary>The action in which something stands, without its braces.</summary>
    public ReadOnlySpan<char> ActionAround(TemplateValue value)
    {
        var text = Field.Source.Text.AsSpan();
        var end = text[value.End..].IndexOf("}}");
        var start = text[..value.Offset].LastIndexOf("{{");
        return start < 0 || end < 0 ? [] : text[(start + 2)..(value.End + end)];
    }

    /// <summary>The text right behind the action in which something stands.</summary>
    public ReadOnlySpan<char> Behind(TemplateValue value)
    {
        var text = Field.Source.Text.AsSpan();
        var end = text[value.End..].IndexOf("}}");
        return end < 0 ? [] : text[(value.End + end + 2)..];
    }
}
