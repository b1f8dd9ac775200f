namespace SampleService.Tests;

public sealed class SampleEndpointTests
{
    [Fact]
    public void A_list_names_services_and_addresses() =>
        SampleEndpoint
            .ParseList("api-gateway@127.0.0.1:8081, 127.0.0.1:9000,v6@[::1]:80")
            .Select(endpoint => $"{endpoint.Service} {endpoint.Address}")
            .ShouldBe(["api-gateway 127.0.0.1:8081", "sample 127.0.0.1:9000", "v6 [::1]:80"]);

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost:80")]
    [InlineData("::1")]
    [InlineData("api@")]
    [InlineData("@127.0.0.1:80")]
    [InlineData("127.0.0.1:99999")]
    public void A_wrong_entry_is_named(string entry) =>
        Should
            .Throw<FormatException>(() => SampleEndpoint.ParseList($"127.0.0.1:80,{entry}"))
            .Message.ShouldContain($"'{entry}'");
}
