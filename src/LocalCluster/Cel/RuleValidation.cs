using System.Text.Json.Nodes;
using LocalCluster.Patching;
using LocalCluster.Schema;

namespace LocalCluster.Cel;

/// <summary>Runs the validation rules of a schema over a resource.</summary>
internal sealed class RuleValidation
{
    /// <summary>What one rule may cost.</summary>
    private const long CallLimit = 1_000_000;

    /// <summary>What all rules of one object may cost together.</summary>
    private const long ObjectLimit = 10_000_000;

    private const int LongestMessage = 5 * 1024;

    private readonly List<FieldError> errors = [];
    private long budget = ObjectLimit;

    /// <summary>How a value relates to the stored object: what it was itself, or whether the nearest comparable parent changed.</summary>
    /// <param name="Old">The old value for ratcheting; absent when there is none to compare with.</param>
    /// <param name="ParentUnchanged">True when the nearest comparable parent did not change.</param>
    private readonly record struct Relation(Slot Old, bool ParentUnchanged)
    {
        public Relation Child(JsonNode? self, Slot old)
        {
            if (!Old.Present)
            {
                return this;
            }
            return new Relation(old, JsonValues.Equal(self, Old.Node));
        }
    }

    /// <summary>True when a schema has rules anywhere.</summary>
    public static bool HasRules(StructuralSchema? schema) =>
        schema is not null
        && (
            schema.Validations.Count > 0
            || HasRules(schema.Items)
            || HasRules(schema.AdditionalProperties)
            || schema.Properties.Values.Any(HasRules)
        );

    /// <summary>The rules that a resource breaks.</summary>
    public static IReadOnlyList<FieldError> Validate(StructuralSchema schema, JsonNode value, JsonNode? old)
    {
        var validation = new RuleValidation();
        var relation = new Relation(old is null ? Slot.Absent : Slot.Of(old), ParentUnchanged: false);
        validation.Visit(schema, value, old, relation, "", isResource: true);
        return validation.errors;
    }

    /// <summary>The rules that a value somewhere in a resource breaks.</summary>
    public static IReadOnlyList<FieldError> ValidateAt(
        StructuralSchema schema,
        JsonNode value,
        JsonNode? old,
        string path
    )
    {
        var validation = new RuleValidation();
        validation.Visit(schema, value, old, default, path, isResource: false);
        return validation.errors;
    }

    /// <summary>Checks a value and all below; false when the budget is used up.</summary>
    private bool Visit(
        StructuralSchema schema,
        JsonNode? value,
        JsonNode? old,
        Relation relation,
        string path,
        bool isResource
    )
    {
        if (value is null)
        {
            return true;
        }
        if (schema.Validations.Count > 0 && !Run(schema, value, old, relation, path, isResource))
        {
            return false;
        }
        switch (value)
        {
            case JsonArray list when schema.Items is { } items && HasRules(items):
                for (var i = 0; i < list.Count; i++)
                {
                    var before = ListUniqueness.Correlate(schema, old as JsonArray, list[i]);
                    var ratchet = relation.Child(
                        value,
                        ListUniqueness.Correlate(schema, relation.Old.Node as JsonArray, list[i])
                    );
                    if (!Visit(items, list[i], before.Node, ratchet, $"{path}[{i}]", isResource: false))
                    {
                        return false;
                    }
                }
                return true;
            case JsonObject map:
                return VisitFields(schema, map, old as JsonObject, relation, path);
            default:
                return true;
        }
    }

    private bool VisitFields(StructuralSchema schema, JsonObject map, JsonObject? old, Relation relation, string path)
    {
        foreach (var (name, child) in map)
        {
            var below = schema.Properties.TryGetValue(name, out var property) ? property : schema.AdditionalProperties;
            if (below is null || !HasRules(below))
            {
                continue;
            }
            var at = property is null ? $"{path}[{name}]" : FieldError.Child(path, name);
            var ratchet = relation.Child(map, Slot.Field(relation.Old.Node as JsonObject, name));
            if (!Visit(below, child, old?[name], ratchet, at, isResource: false))
            {
                return false;
            }
        }
        return true;
    }

    private bool Run(
        StructuralSchema schema,
        JsonNode value,
        JsonNode? old,
        Relation relation,
        string path,
        bool isResource
    )
    {
        var seen = isResource ? CelSchema.AsResource(schema) : schema;
        var self = CelSchema.ValueOf(seen, value);
        var oldSelf = old is null ? null : CelSchema.ValueOf(seen, old);
        var at = path.Length == 0 ? FieldError.Whole : path;
        foreach (var rule in schema.Validations)
        {
            var compiled =
                rule.Compiled
                ?? throw new InvalidOperationException($"The rule at {at} was never compiled: {rule.Rule}");
            var optional = rule.OptionalOldSelf == true;
            if (compiled.UsesOldSelf && oldSelf is null && !optional)
            {
                continue;
            }
            var variables = new Dictionary<string, CelValue>(StringComparer.Ordinal) { ["self"] = self };
            if (optional)
            {
                variables["oldSelf"] = new CelOptional(oldSelf);
            }
            else if (oldSelf is not null)
            {
                variables["oldSelf"] = oldSelf;
            }
            if (!RunOne(rule, compiled, schema, value, variables, relation, at))
            {
                return false;
            }
        }
        return true;
    }

    private bool RunOne(
        ValidationRule rule,
        CompiledRule compiled,
        StructuralSchema schema,
        JsonNode value,
        Dictionary<string, CelValue> variables,
        Relation relation,
        string at
    )
    {
        var name = (rule.Message.Length > 0 ? rule.Message : rule.Rule).Trim();
        CelValue result;
        try
        {
            result = Evaluate(compiled.Rule, variables);
        }
        catch (CelBudgetException e)
        {
            errors.Add(
                FieldError.Invalid(
                    at,
                    schema.Type,
                    budget <= 0
                        ? "validation failed due to running out of cost budget, no further validation rules will be run"
                        : $"'{e.Message}': no further validation rules will be run due to call cost exceeds limit for rule: {name}"
                )
            );
            return false;
        }
        if (result is CelError error)
        {
            errors.Add(
                FieldError.Invalid(
                    at,
                    schema.Type,
                    error.Message.StartsWith("no such overload", StringComparison.Ordinal)
                        ? $"'{error.Message}': call arguments did not match a supported operator, function or macro signature for rule: {name}"
                        : $"{error.Message} evaluating rule: {name}"
                )
            );
            return true;
        }
        if (result is CelBool { Value: true })
        {
            return true;
        }
        var unchanged = relation.Old.Present ? JsonValues.Equal(value, relation.Old.Node) : relation.ParentUnchanged;
        if (!compiled.UsesOldSelf && unchanged)
        {
            return true;
        }
        var detail = Message(compiled, variables) ?? (rule.Message.Length > 0 ? name : $"failed rule: {name}");
        errors.Add(
            Error(rule, schema, value, compiled.FieldPath.Length == 0 ? at : Join(at, compiled.FieldPath), detail)
        );
        return true;
    }

    private static string Join(string at, string path) =>
        at == FieldError.Whole ? path : $"{at}{(path[0] == '[' ? "" : ".")}{path}";

    private static FieldError Error(
        ValidationRule rule,
        StructuralSchema schema,
        JsonNode value,
        string at,
        string detail
    )
    {
        var hidden = schema.Type is "object" or "array";
        return rule.Reason switch
        {
            "FieldValueForbidden" => FieldError.Forbidden(at, detail),
            "FieldValueRequired" => FieldError.Required(at, detail),
            "FieldValueDuplicate" => hidden
                ? new FieldError(at, "FieldValueDuplicate", "Duplicate value")
                : FieldError.Duplicate(at, value),
            _ => hidden ? FieldError.InvalidWithoutValue(at, detail) : FieldError.Invalid(at, value, detail),
        };
    }

    /// <summary>The computed message; null when there is none, or it is none that can be shown.</summary>
    private string? Message(CompiledRule compiled, Dictionary<string, CelValue> variables)
    {
        if (compiled.Message is null)
        {
            return null;
        }
        try
        {
            var text = (Evaluate(compiled.Message, variables) as CelString)?.Value.Trim();
            return
                string.IsNullOrEmpty(text)
                || text.Length > LongestMessage
                || text.Contains('\n', StringComparison.Ordinal)
                ? null
                : text;
        }
        catch (CelBudgetException)
        {
            return null;
        }
    }

    private CelValue Evaluate(CelExpression expression, Dictionary<string, CelValue> variables)
    {
        var evaluator = new CelEvaluator(variables, Math.Min(CallLimit, budget));
        try
        {
            return evaluator.Evaluate(expression);
        }
        finally
        {
            budget -= evaluator.Cost;
        }
    }
}
