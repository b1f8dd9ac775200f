using Binnacle.PromQL.Lexing;
using FsCheck;
using FsCheck.Fluent;

namespace Binnacle.PromQL.Tests;

public sealed class LexerTests
{
    [Theory]
    [InlineData("sum by(a:b) (x{inf=~'y'}[5m:] @ 1e3) # c", "sum|by|(|a:b|)|(|x|{|inf|=~|'y'|}|[|5m|:|]|@|1e3|)|# c|")]
    [InlineData("1h30m 0x1F .5 1_000 -Inf NaN 1e-3", "1h30m|0x1F|.5|1_000|-|Inf|NaN|1e-3|")]
    [InlineData("a<=b!=c==d>=e<f>g", "a|<=|b|!=|c|==|d|>=|e|<|f|>|g|")]
    [InlineData("x[1h:5m]:y", "x|[|1h|:|5m|]|:y|")]
    [InlineData("\"a\\\"b\" 'c`' `d\\`", "\"a\\\"b\"|'c`'|`d\\`|")]
    public void Splits(string text, string tokens)
    {
        var lexer = new Lexer(text);
        var read = new List<string>();
        Token token;
        do
        {
            token = lexer.Next();
            read.Add(token.In(text).ToString());
        } while (token.Kind is not (TokenKind.End or TokenKind.Error));

        string.Join('|', read).ShouldBe(tokens);
    }

    /// <summary>Whatever the text: the lexer ends, tokens follow each other, and only white space lies between them.</summary>
    [Fact]
    public void Covers_any_text_without_overlap() =>
        Prop.ForAll<string>(
                ArbMap.Default.ArbFor<string>(),
                text =>
                {
                    text ??= "";
                    var lexer = new Lexer(text);
                    var end = 0;
                    Token token;
                    while ((token = lexer.Next()).Kind is not (TokenKind.End or TokenKind.Error))
                    {
                        token.Offset.ShouldBeGreaterThanOrEqualTo(end);
                        token.Length.ShouldBeGreaterThan(0);
                        text[end..token.Offset].Trim(' ', '\t', '\r', '\n').ShouldBeEmpty();
                        end = token.End;
                    }

                    (token.Kind is TokenKind.Error).ShouldBe(lexer.Failure is not null);
                }
            )
            .QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("5m", 300_000UL)]
    [InlineData("1y2w3d4h5m6s7ms", 33_019_506_007UL)]
    [InlineData("0s", 0UL)]
    public void Reads_durations(string text, ulong milliseconds)
    {
        NumberText.TryDuration(text, out var value, out _).ShouldBeTrue();
        value.ShouldBe(milliseconds);
    }

    [Theory]
    [InlineData("90s", "1m30s")]
    [InlineData("0", "0s")]
    [InlineData("168h", "1w")]
    [InlineData("8d", "8d")]
    [InlineData("365d", "1y")]
    [InlineData("1500ms", "1s500ms")]
    public void Prints_durations_as_Prometheus_does(string text, string printed)
    {
        PrometheusDuration.TryParse(text, out var duration, out _).ShouldBeTrue();
        PrometheusDuration.Format(duration).ShouldBe(printed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("m")]
    [InlineData("5m1h")]
    [InlineData("-5m")]
    [InlineData("1.5h")]
    [InlineData("300y")]
    public void Refuses_what_is_no_duration(string text)
    {
        PrometheusDuration.TryParse(text, out _, out var fault).ShouldBeFalse();
        fault.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("0x1F", 31)]
    [InlineData("1e3", 1000)]
    [InlineData("017", 15)]
    [InlineData("1_000", 1000)]
    [InlineData(".5", 0.5)]
    [InlineData("iNf", double.PositiveInfinity)]
    public void Reads_numbers(string text, double value)
    {
        NumberText.TryNumber(text, out var read).ShouldBeTrue();
        read.ShouldBe(value);
    }
}
