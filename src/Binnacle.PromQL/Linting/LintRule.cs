namespace Binnacle.PromQL.Linting;

/// <summary>One lint: a pure function from a rule to what is wrong with it. <see cref="LintCatalog"/> lists them.</summary>
public abstract class LintRule(string id, LintSeverity severity, string title)
{
    /// <summary>Where the pages of the lints are published.</summary>
    public const string DocumentationBase = "https://binnacle.dev/docs/lints/";

    /// <summary>Lower-case words with hyphens; what a silence names.</summary>
    public string Id => id;

    /// <summary>The severity of its findings.</summary>
    public LintSeverity Severity => severity;

    /// <summary>One line on what it finds.</summary>
    public string Title => title;

    /// <summary>The page that explains it.</summary>
    public string DocumentationUrl => $"{DocumentationBase}{id}";

    /// <summary>Reports what it finds.</summary>
    internal abstract void Check(LintSubject subject);
}
