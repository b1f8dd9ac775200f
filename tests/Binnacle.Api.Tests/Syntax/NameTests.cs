using Binnacle.Api.Syntax;
using Kubernetes.Models;

namespace Binnacle.Api.Tests.Syntax;

public sealed class NameTests
{
    [Theory]
    [InlineData("high-error-rate", "HighErrorRate")]
    [InlineData("cpu", "Cpu")]
    [InlineData("disk.full-95p", "DiskFull95p")]
    [InlineData("5xx-errors", "5xxErrors")]
    public void An_alert_is_called_after_its_resource(string name, string expected)
    {
        AlertName.FromResourceName(name).ShouldBe(expected);
        AlertName.Of(new AlertRule { Metadata = new ObjectMeta { Name = name } }).ShouldBe(expected);
    }

    [Fact]
    public void An_alert_with_a_name_keeps_it() =>
        AlertName
            .Of(
                new AlertRule
                {
                    Metadata = new ObjectMeta { Name = "a" },
                    Spec = new AlertRuleSpec { Alert = "X" },
                }
            )
            .ShouldBe("X");

    [Theory]
    [InlineData("job", null)]
    [InlineData("_x1", null)]
    [InlineData("__name__", "reserved")]
    [InlineData("status-code", "for example status_code")]
    [InlineData("1st", "no digit first")]
    [InlineData("", "no label name")]
    [InlineData("größe", "no label name")]
    public void Label_names(string name, string? problem)
    {
        if (problem is null)
        {
            LabelName.Problem(name).ShouldBeNull();
        }
        else
        {
            LabelName.Problem(name)!.ShouldContain(problem);
        }
    }

    [Theory]
    [InlineData("20Gi", 21_474_836_480)]
    [InlineData("1500m", 2)]
    [InlineData("1e3", 1000)]
    [InlineData("2E", 2_000_000_000_000_000_000)]
    [InlineData("0.5Ki", 512)]
    public void Quantities(string text, long bytes)
    {
        Quantity.TryParse(text, out var value).ShouldBeTrue();
        value.Bytes.ShouldBe(bytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Gi")]
    [InlineData("20 Gi")]
    [InlineData("20GB")]
    [InlineData("20gi")]
    [InlineData("1e3Ki")]
    [InlineData("99999999999999999999999999Ei")]
    public void What_is_no_quantity(string text) => Quantity.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void A_uid_follows_from_namespace_and_name_alone()
    {
        var uid = StableUid.Of("shop", "checkout-overview");

        uid.ShouldStartWith("checkout-overview-");
        uid.ShouldBe(StableUid.Of("shop", "checkout-overview"));
        uid.ShouldNotBe(StableUid.Of("shop2", "checkout-overview"));
        StableUid.Of("a-b", "c").ShouldNotBe(StableUid.Of("a", "b-c"));
        StableUid.Of("n", new string('x', 253)).Length.ShouldBe(40);
        StableUid.Of("n", "a.b").ShouldNotContain(".");
    }
}
