namespace Binnacle.Operator.Tests;

public sealed class ListenAddressTests
{
    [Theory]
    [Trait("Guarantee", "M23")]
    [InlineData("127.0.0.1:8081", "127.0.0.1:8081")]
    [InlineData(":8080", "[::]:8080")]
    [InlineData("0.0.0.0:8080", "0.0.0.0:8080")]
    [InlineData("[::]:8080", "[::]:8080")]
    [InlineData("[::1]:0", "[::1]:0")]
    [InlineData("8080", null)]
    [InlineData("127.0.0.1", null)]
    [InlineData("::1", null)]
    [InlineData("::1:8080", null)]
    [InlineData("localhost:8080", null)]
    [InlineData("127.0.0.1:", null)]
    [InlineData("127.0.0.1:70000", null)]
    [InlineData(":", null)]
    [InlineData("", null)]
    public void Addresses_are_read_as_people_write_them(string text, string? address)
    {
        ListenAddress.TryParse(text, out var parsed).ShouldBe(address is not null);
        parsed?.ToString().ShouldBe(address);
    }
}
