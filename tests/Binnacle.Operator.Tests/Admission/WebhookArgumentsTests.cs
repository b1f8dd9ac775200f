using System.CommandLine;
using System.Net;
using Binnacle.Operator.Admission;

namespace Binnacle.Operator.Tests.Admission;

public sealed class WebhookArgumentsTests
{
    [Fact]
    public void Webhooks_are_off_unless_asked_for() => Parse("").Options.ShouldBeNull();

    [Theory]
    [InlineData("", "[::]:9443")]
    [InlineData("--webhook-listen :9000", "[::]:9000")]
    [InlineData("--webhook-listen 127.0.0.1:0", "127.0.0.1:0")]
    public void The_address_is_read_as_the_others_are(string line, string expected)
    {
        var (options, errors) = Parse($"--webhooks {line}");

        errors.ShouldBeEmpty();
        options!.Listen.ShouldBe(IPEndPoint.Parse(expected));
    }

    [Theory]
    [InlineData("--webhook-listen 9443", "--webhook-listen must be ADDRESS:PORT, for example 127.0.0.1:9443")]
    [InlineData("--webhook-url http://host:9443", "--webhook-url must be https://HOST:PORT")]
    [InlineData("--webhook-service binnacle", "--webhook-service must be NAMESPACE/NAME")]
    [InlineData("--webhook-secret a/b/c", "--webhook-secret must be NAMESPACE/NAME")]
    public void A_wrong_value_is_refused_in_words(string line, string words) =>
        Parse($"--webhooks {line}").Errors.ShouldHaveSingleItem().ShouldStartWith(words);

    private static (WebhookOptions? Options, IReadOnlyList<string> Errors) Parse(string line)
    {
        var arguments = new WebhookArguments();
        var root = new RootCommand();
        arguments.AddTo(root);
        var parsed = root.Parse(line);
        return parsed.Errors.Count > 0
            ? (null, [.. parsed.Errors.Select(error => error.Message)])
            : (arguments.Read(parsed), []);
    }
}
