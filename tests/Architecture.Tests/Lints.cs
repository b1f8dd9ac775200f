using System.Text.RegularExpressions;
using Binnacle.PromQL;
using Binnacle.PromQL.Linting;

namespace Architecture.Tests;

/// <summary>Every lint is explained in docs/lints and judged by tables of hits and near misses, and nothing else is there.</summary>
public sealed partial class Lints
{
    private const string Tables = "tests/Binnacle.PromQL.Tests/Linting";

    public static TheoryData<string> Ids => [.. LintCatalog.All.Select(lint => lint.Id)];

    [Fact]
    public void Every_lint_has_a_page_and_every_page_a_lint() =>
        Repository
            .Files("docs/lints", "*.md")
            .Select(page => Path.GetFileNameWithoutExtension(page))
            .Where(page => page is not "README")
            .ShouldBe(LintCatalog.All.Select(lint => lint.Id).Append(LintSilences.Id), ignoreOrder: true);

    [Fact]
    public void Every_lint_has_a_table_of_hits_and_of_near_misses()
    {
        var tables = Repository
            .Files(Tables, "*Tests.cs")
            .Where(file =>
                Repository.Read(file) is var text && text.Contains(" Hits(") && text.Contains(" Stays_silent(")
            )
            .Select(file => Path.GetFileNameWithoutExtension(file));

        tables.ShouldBe(LintCatalog.All.Select(lint => $"{lint.GetType().Name}Tests"), ignoreOrder: true);
    }

    [Fact]
    public void The_index_lists_every_lint_with_its_severity()
    {
        var listed = Row().Matches(Repository.Read("docs/lints/README.md")).Select(row => row.Groups[1].Value);

        listed.ShouldBe(
            LintCatalog
                .All.Select(lint => $"| [{lint.Id}]({lint.Id}.md) | {lint.Severity.ToString().ToLowerInvariant()} |")
                .Append($"| [{LintSilences.Id}]({LintSilences.Id}.md) | info |"),
            ignoreOrder: true
        );
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_page_says_what_the_lint_is_and_how_to_silence_it(string id)
    {
        var page = Repository.Read($"docs/lints/{id}.md");
        var severity = LintCatalog.Find(id)!.Severity.ToString().ToLowerInvariant();

        page.ShouldStartWith($"# {id}\n");
        page.ShouldContain($"Severity: {severity}.");
        page.ShouldContain($"{LintSilences.Annotation}: \"{id}: ");
        page.ShouldContain("## False positives");
    }

    [Fact]
    public void Examples_are_wrong_and_right_as_the_pages_say()
    {
        var judged = 0;
        foreach (var lint in LintCatalog.All)
        {
            var examples = Example().Matches(Repository.Read($"docs/lints/{lint.Id}.md"));
            examples.Count.ShouldBe(2, lint.Id);
            if (Parse(examples[0].Groups[1].Value) is { } wrong && Parse(examples[1].Groups[1].Value) is { } right)
            {
                Linter.Check(wrong).ShouldContain(finding => finding.Id == lint.Id, lint.Id);
                Linter.Check(right).ShouldNotContain(finding => finding.Id == lint.Id, lint.Id);
                judged++;
            }
        }

        // The others are examples of labels, annotations and the like.
        judged.ShouldBeGreaterThan(LintCatalog.All.Count * 2 / 3);
    }

    private static LintContext? Parse(string expression) =>
        PromQlExpression.Parse(expression, PromQlOptions.Any) is { IsValid: true, Root: { } root }
            ? new LintContext(LintUse.Alert, new LintSource("expr", expression), root)
            {
                ScrapeInterval = TimeSpan.FromSeconds(30),
            }
            : null;

    [GeneratedRegex(@"^(\| \[[^\]]+\]\([^)]+\) \| \w+ \|)", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"^(?:Wrong|Right):\n\n```\n([^`]+)\n```", RegexOptions.Multiline)]
    private static partial Regex Example();
}
