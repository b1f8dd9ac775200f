using LocalCluster.Node.Network;
using LocalCluster.Node.Pods;
using LocalCluster.Node.Programs;

namespace LocalCluster.Tests.Node;

/// <summary>What happens to a container's arguments before they reach its program.</summary>
public sealed class CommandTextTests
{
    private static readonly ListenFlag[] Flags =
    [
        new("--web.listen-address", 9093),
        new("--cluster.listen-address", 9094),
    ];

    [Theory]
    [InlineData("", "--web.listen-address=127.97.0.1:9093 --cluster.listen-address=127.97.0.1:9094")]
    [InlineData(
        "--web.listen-address=:80 --cluster.listen-address=",
        "--web.listen-address=127.97.0.1:80 --cluster.listen-address="
    )]
    [InlineData(
        "--web.listen-address 0.0.0.0:80 -cluster.listen-address=[::]:1",
        "--web.listen-address 127.97.0.1:80 -cluster.listen-address=127.97.0.1:1"
    )]
    [InlineData(
        "--web.listen-address=:1 --web.listen-address=:2 --cluster.listen-address=10.0.0.1:9",
        "--web.listen-address=127.97.0.1:1 --web.listen-address=127.97.0.1:2 --cluster.listen-address=10.0.0.1:9"
    )]
    public void Binds_listeners_to_the_pods_address(string arguments, string expected) =>
        string.Join(
                ' ',
                ListenAddresses.Bind(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries), Flags, "127.97.0.1")
            )
            .ShouldBe(expected);

    // Cases of kubernetes third_party/forked/golang/expansion/expand_test.go.
    [Theory]
    [InlineData("$(VAR_A)", "A")]
    [InlineData("___$(VAR_B)___", "___B___")]
    [InlineData("$(VAR_A)$(VAR_B)", "AB")]
    [InlineData("$(MISSING)-$(VAR_A)", "$(MISSING)-A")]
    [InlineData("$$(VAR_A)", "$(VAR_A)")]
    [InlineData("$$$(VAR_A)", "$A")]
    [InlineData("$$$$(VAR_A)", "$$(VAR_A)")]
    [InlineData("$VAR_A", "$VAR_A")]
    [InlineData("$(VAR_A", "$(VAR_A")]
    [InlineData("f00-$", "f00-$")]
    [InlineData("$(VAR_EMPTY)", "")]
    [InlineData("$()", "$()")]
    public void Expands_variables(string text, string expected)
    {
        var variables = new Dictionary<string, string>
        {
            ["VAR_A"] = "A",
            ["VAR_B"] = "B",
            ["VAR_EMPTY"] = "",
        };
        VariableExpansion.Expand(text, variables).ShouldBe(expected);
    }

    [Theory]
    [InlineData("--config.file=/etc/prometheus/prometheus.yml", "--config.file=/w/config/prometheus.yml")]
    [InlineData("/etc/prometheus", "/w/config")]
    [InlineData("/etc/prometheus2/x", "/etc/prometheus2/x")]
    [InlineData("/other/etc/prometheus/x", "/other/etc/prometheus/x")]
    [InlineData("/etc/prometheus/rules/*.yml,/etc/prometheus/x", "/w/rules/*.yml,/w/config/x")]
    [InlineData("http://host/etc/prometheus", "http://host/etc/prometheus")]
    public void Rewrites_mount_paths(string text, string expected) =>
        new PathRewriter([("/etc/prometheus", "/w/config"), ("/etc/prometheus/rules", "/w/rules")])
            .Rewrite(text)
            .ShouldBe(expected);

    [Theory]
    [InlineData("targets: ['web.shop:80']", "targets: ['127.0.9.1:80']")]
    [InlineData("http://web.shop.svc.cluster.local/x", "http://127.0.9.1/x")]
    [InlineData("web.shop.svc.", "127.0.9.1")]
    [InlineData("my-web.shop", "my-web.shop")]
    [InlineData("web.shop.example", "web.shop.example")]
    [InlineData("web", "web")]
    public void Replaces_service_names(string text, string expected)
    {
        var addresses = new[] { "web.shop", "web.shop.svc", "web.shop.svc.cluster.local" }.ToDictionary(
            n => n,
            _ => "127.0.9.1"
        );
        ServiceNames.Replace(text, addresses).ShouldBe(expected);
    }
}
