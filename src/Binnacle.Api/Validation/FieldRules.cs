using Binnacle.Api.Syntax;
using FluentValidation;
using FluentValidation.Results;

namespace Binnacle.Api.Validation;

/// <summary>Rules for kinds of values that many fields share.</summary>
internal static class FieldRules
{
    /// <summary>A Prometheus duration; a field that is not given passes.</summary>
    public static void Duration<T>(this IRuleBuilder<T, string?> rule, bool moreThanZero = false) =>
        rule.Check(text =>
            !PromDuration.TryParse(text, out var value, out var error) ? error
            : moreThanZero && value.Milliseconds == 0 ? "must be more than 0s"
            : null
        );

    /// <summary>A Kubernetes quantity above zero.</summary>
    public static void Amount<T>(this IRuleBuilder<T, string?> rule) => rule.Check(Quantity.Problem);

    /// <summary>A text that is more than white space.</summary>
    public static void NotBlank<T>(this IRuleBuilder<T, string?> rule, string whatToWrite) =>
        rule.Custom(
            (text, context) =>
            {
                if (string.IsNullOrWhiteSpace(text))
                {
                    context.AddFailure($"is empty: {whatToWrite}");
                }
            }
        );

    /// <summary>More than white space, where the field is given at all.</summary>
    public static void NotBlankIfGiven<T>(this IRuleBuilder<T, string?> rule, string whatToWrite) =>
        rule.Check(text => string.IsNullOrWhiteSpace(text) ? $"is blank: {whatToWrite}" : null);

    /// <summary>An absolute URL.</summary>
    public static void Url<T>(this IRuleBuilder<T, string?> rule, params string[] schemes) =>
        rule.Check(text => Addresses.UrlProblem(text, schemes.Length == 0 ? ["http", "https"] : schemes));

    /// <summary>An address with a port.</summary>
    public static void HostPort<T>(this IRuleBuilder<T, string?> rule) => rule.Check(Addresses.HostPortProblem);

    /// <summary>A rule of its own: what is wrong with the value, or null. A field that is not given passes.</summary>
    public static void Check<T>(this IRuleBuilder<T, string?> rule, Func<string, string?> problem) =>
        rule.Custom(
            (text, context) =>
            {
                if (text is not null && problem(text) is { } message)
                {
                    context.AddFailure(message);
                }
            }
        );

    /// <summary>Each item by a rule of its own.</summary>
    public static void CheckEach<T>(
        this IRuleBuilder<T, IReadOnlyList<string>> rule,
        Func<string, string?> problem,
        bool unique = false
    ) =>
        rule.Custom(
            (items, context) =>
            {
                var seen = new HashSet<string>();
                for (var i = 0; i < items.Count; i++)
                {
                    if (problem(items[i]) is { } message)
                    {
                        context.Fail($"{context.PropertyPath}[{i}]", message);
                    }
                    if (unique && !seen.Add(items[i]))
                    {
                        context.Fail($"{context.PropertyPath}[{i}]", $"'{items[i]}' is given twice");
                    }
                }
            }
        );

    /// <summary>Label names as keys, values by a rule of their own.</summary>
    public static void Labels<T>(
        this IRuleBuilder<T, IReadOnlyDictionary<string, string>> rule,
        Func<string, string?>? valueProblem = null,
        Func<string, string?>? nameProblem = null
    ) =>
        rule.Custom(
            (labels, context) =>
            {
                foreach (var (name, value) in labels)
                {
                    var message = LabelName.Problem(name) ?? nameProblem?.Invoke(name) ?? valueProblem?.Invoke(value);
                    if (message is not null)
                    {
                        context.Fail($"{context.PropertyPath}[{name}]", message);
                    }
                }
            }
        );

    /// <summary>Adds an error at a path, which may be of another field.</summary>
    public static void Fail<T>(this ValidationContext<T> context, string path, string message) =>
        context.AddFailure(new ValidationFailure(path, message));

    /// <summary>Adds a warning at a path.</summary>
    public static void Warn<T>(this ValidationContext<T> context, string path, string message) =>
        context.AddFailure(new ValidationFailure(path, message) { Severity = FluentValidation.Severity.Warning });

    /// <summary>A path below the one that is validated.</summary>
    public static string Below<T>(this ValidationContext<T> context, string field) =>
        context.PropertyPath.Length == 0 ? field : $"{context.PropertyPath}.{field}";

    /// <summary>Of several alternatives exactly one must be given.</summary>
    public static void ExactlyOne<T>(
        this ValidationContext<T> context,
        string path,
        params (string Name, bool Given)[] fields
    )
    {
        var given = fields.Where(field => field.Given).Select(field => field.Name).ToList();
        if (given.Count == 1)
        {
            return;
        }
        var names = string.Join(", ", fields.SkipLast(1).Select(field => field.Name)) + " and " + fields[^1].Name;
        context.Fail(
            path,
            given.Count == 0
                ? $"give exactly one of {names}; none is given"
                : $"give exactly one of {names}; given are {string.Join(" and ", given)}"
        );
    }
}
