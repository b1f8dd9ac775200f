using System.CommandLine;
using System.Net;

namespace Binnacle.Operator.Tests;

public sealed class ListenAddressOptionTests
{
    [Theory]
    [InlineData("--metrics-listen 0", null)]
    [InlineData("--metrics-listen :9000", "[::]:9000")]
    [InlineData("", "[::]:8080")]
    public void Zero_stands_for_none(string line, string? expected)
    {
        var option = ListenAddress.Option("--metrics-listen", "Where.", 8080, mayBeNone: true);
        var parsed = new RootCommand { option }.Parse(line);

        parsed.Errors.ShouldBeEmpty();
        ListenAddress.Read(parsed, option).ShouldBe(expected is null ? null : IPEndPoint.Parse(expected));
    }
}
