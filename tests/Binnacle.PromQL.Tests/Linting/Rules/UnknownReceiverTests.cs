using Binnacle.PromQL.Linting;
using Binnacle.PromQL.Linting.Rules;

namespace Binnacle.PromQL.Tests.Linting.Rules;

public sealed class UnknownReceiverTests
{
    [Theory]
    [InlineData(
        "payment",
        "channels[0]:1:1: the stack has no channel \"payment\", so nobody is told by it; add it to alerting.channels, or use oncall, payments (unknown-receiver)"
    )]
    public void Hits(string channel, string finding) => Find(channel, ["payments", "oncall"]).ShouldBe([finding]);

    [Theory]
    [InlineData("payments")]
    [InlineData("oncall")]
    public void Stays_silent(string channel) => Find(channel, ["payments", "oncall"]).ShouldBeEmpty();

    [Fact]
    public void Says_nothing_where_the_channels_are_not_known() => Find("payment", null).ShouldBeEmpty();

    [Fact]
    public void A_stack_without_channels_has_none_to_offer() =>
        Find("payment", [])
            .ShouldBe([
                "channels[0]:1:1: the stack has no channel \"payment\", so nobody is told by it; add it to alerting.channels (unknown-receiver)",
            ]);

    private static IReadOnlyList<string> Find(string channel, string[]? known) =>
        Linted.Find<UnknownReceiver>(
            "up == 0",
            change: context =>
                context with
                {
                    Channels = [new LintField(channel, new LintSource("channels[0]", channel))],
                    KnownChannels = known,
                }
        );
}
