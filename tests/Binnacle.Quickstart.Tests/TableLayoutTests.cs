using Binnacle.Quickstart.Views;

namespace Binnacle.Quickstart.Tests;

public sealed class TableLayoutTests
{
    private const string Error = "dial tcp 127.0.0.1:8015: connect: connection refused";

    private readonly KubectlTable table = new(
        "scrapetargets",
        [new("NAME", false), new("UP", false), new("LAST-ERROR", false), new("AGE", true)],
        [
            ["go-services", "0/3", Error, "5s"],
            ["infrastructure", "3/3", "<none>", "5s"],
        ]
    );

    [Fact]
    public void What_fits_is_shown_whole() =>
        Lines(120)
            .ShouldBe([
                $"NAME             UP    LAST-ERROR{new string(' ', Error.Length - 10)}   AGE",
                $"go-services      0/3   {Error}   5s",
                $"infrastructure   3/3   <none>{new string(' ', Error.Length - 6)}   5s",
            ]);

    [Fact]
    public void The_longest_column_is_cut_and_the_others_stay() =>
        Lines(50)
            .ShouldBe([
                "NAME             UP    LAST-ERROR              AGE",
                "go-services      0/3   dial tcp 127.0.0.1:8…   5s",
                "infrastructure   3/3   <none>                  5s",
            ]);

    [Theory]
    [InlineData(50)]
    [InlineData(80)]
    [InlineData(100)]
    public void No_line_is_longer_than_the_width(int width) => Lines(width).ShouldAllBe(line => line.Length <= width);

    [Fact]
    public void Nothing_is_cut_beyond_recognition() => Lines(1).ShouldAllBe(line => line.Length > 30);

    private List<string> Lines(int width) =>
        [.. TableLayout.Fit(table, width).Select(row => string.Concat(row).TrimEnd())];
}
