using Binnacle.Api.Syntax;
using FsCheck;
using FsCheck.Fluent;

namespace Binnacle.Api.Tests.Syntax;

public sealed class PromDurationTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("0s", 0)]
    [InlineData("15s", 15_000)]
    [InlineData("1h30m", 5_400_000)]
    [InlineData("500ms", 500)]
    [InlineData("1m500ms", 60_500)]
    [InlineData("1w", 604_800_000)]
    [InlineData("1y1w1d1h1m1s1ms", 31_536_000_000 + 604_800_000 + 86_400_000 + 3_661_001)]
    [InlineData("90m", 5_400_000)]
    public void Reads_what_Prometheus_reads(string text, long milliseconds)
    {
        PromDuration.TryParse(text, out var value, out var error).ShouldBeTrue(error);
        value.Milliseconds.ShouldBe(milliseconds);
    }

    [Theory]
    [InlineData(null, "is empty")]
    [InlineData("", "is empty")]
    [InlineData("5 minutes", "write 5m")]
    [InlineData("1.5h", "write 1h30m")]
    [InlineData("30M", "write 30m")]
    [InlineData("1m1h", "write 1h1m")]
    [InlineData("2 days, 3 hours", "write 2d3h")]
    [InlineData("30", "write 30s or 30m")]
    [InlineData("1m2m", "write 3m")]
    [InlineData("-5m", "whole numbers with the units")]
    [InlineData("soon", "whole numbers with the units")]
    [InlineData("5x", "whole numbers with the units")]
    [InlineData("s", "whole numbers with the units")]
    [InlineData("٣m", "whole numbers with the units")]
    [InlineData("300y", "longer than Prometheus can count")]
    [InlineData("99999999999999999999s", "whole numbers with the units")]
    public void Says_what_would_be_right(string? text, string expected)
    {
        PromDuration.TryParse(text, out _, out var error).ShouldBeFalse();
        error.ShouldContain(expected);
        error.ShouldNotContain("  ");
    }

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(7_776_000_000, "90d")]
    [InlineData(1_209_600_000, "2w")]
    [InlineData(31_536_000_000, "1y")]
    [InlineData(5_400_000, "1h30m")]
    [InlineData(60_500, "1m500ms")]
    public void Writes_what_Prometheus_writes(long milliseconds, string text) =>
        new PromDuration(milliseconds).ToString().ShouldBe(text);

    [Fact]
    public void Read_again_a_written_duration_is_the_same() =>
        Prop.ForAll(
                Gen.Choose(0, int.MaxValue)
                    .SelectMany(a =>
                        Gen.Elements(1L, 1000L, 60_000L, 3_600_000L, 1L << 10).Select(unit => a % 1_000_000 * unit)
                    )
                    .ToArbitrary(),
                milliseconds =>
                    PromDuration.TryParse(new PromDuration(milliseconds).ToString(), out var value)
                    && value.Milliseconds == milliseconds
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void No_text_makes_it_throw() =>
        Prop.ForAll(
                Gen.Elements("0", "1", "9", "m", "s", "h", "d", " ", "x", "-", ".", "ü", "\0")
                    .ArrayOf()
                    .Select(string.Concat)
                    .ToArbitrary(),
                text => PromDuration.TryParse(text, out _, out var error) == (error.Length == 0)
            )
            .QuickCheckThrowOnFailure();
}
