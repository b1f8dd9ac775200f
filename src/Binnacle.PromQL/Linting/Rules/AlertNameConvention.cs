namespace Binnacle.PromQL.Linting.Rules;

/// <summary>A name of an alert that reads unlike all others.</summary>
internal sealed class AlertNameConvention()
    : LintRule("alert-name-convention", LintSeverity.Info, "the name of an alert is not in PascalCase")
{
    internal override void Check(LintSubject subject)
    {
        if (subject is { IsAlert: true, Context.Name: { Text.Length: > 0 } name } && !IsConventional(name.Text))
        {
            subject.Report(
                this,
                name,
                $"\"{name.Text}\" is not in PascalCase, as names of alerts are by convention",
                $"write {Converted(name.Text)}"
            );
        }
    }

    private static bool IsConventional(string name)
    {
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c))
            {
                return false;
            }
        }

        return char.IsAsciiLetterUpper(name[0]);
    }

    private static string Converted(string name)
    {
        var words = name.Split(
            [.. name.Where(c => !char.IsAsciiLetterOrDigit(c)).Distinct()],
            StringSplitOptions.RemoveEmptyEntries
        );
        var converted = string.Concat(words.Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
        return converted.Length > 0 && char.IsAsciiLetter(converted[0]) ? converted : "words such as HighErrorRate";
    }
}
