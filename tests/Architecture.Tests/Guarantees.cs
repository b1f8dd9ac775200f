using System.Text.RegularExpressions;

namespace Architecture.Tests;

/// <summary>What docs/guarantees states is tested, and every test that names a guarantee names one that is stated.</summary>
public sealed partial class Guarantees
{
    [Fact]
    public void Every_guarantee_has_a_test_that_names_it() => Stated().Except(Named()).ShouldBeEmpty();

    [Fact]
    public void Every_named_guarantee_is_stated() => Named().Except(Stated()).ShouldBeEmpty();

    [Fact]
    public void An_id_is_stated_once() =>
        Rows().GroupBy(id => id).Where(same => same.Count() > 1).Select(same => same.Key).ShouldBeEmpty();

    private static HashSet<string> Stated() => [.. Rows()];

    private static IEnumerable<string> Rows() =>
        Repository.Files("docs/guarantees", "*.md").SelectMany(page => Ids(Row, Repository.Read(page)));

    private static HashSet<string> Named() =>
        [.. Repository.Files("tests", "*.cs").SelectMany(file => Ids(Trait, Repository.Read(file)))];

    private static IEnumerable<string> Ids(Regex pattern, string text) =>
        pattern.Matches(text).Select(match => match.Groups[1].Value);

    /// <summary>The first cell of a table's row: letters and a number.</summary>
    [GeneratedRegex(@"^\| ([A-Z]+[0-9]+) \|", RegexOptions.Multiline)]
    private static partial Regex Row { get; }

    [GeneratedRegex(@"Trait\(""Guarantee"", ""([A-Z]+[0-9]+)""\)")]
    private static partial Regex Trait { get; }
}
