using System.Diagnostics;
using Conformance.Tests.Support;
using Testing;

namespace Conformance.Tests;

/// <summary>What people type. Skipped where there is no kubectl.</summary>
public sealed class KubectlTests(ApiServers servers)
{
    public static TheoryData<string> Servers => ApiServers.All;

    [Theory, MemberData(nameof(Servers))]
    public async Task Kubectl_works(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var widgets = await api.DefineWidgetsAsync();
        var folder = Directory.CreateTempSubdirectory("kubectl-");
        try
        {
            var kubectl = new Kubectl(servers.Kubeconfig(server), api.Namespace, folder.FullName, api.Token);
            var file = Path.Join(folder.FullName, "objects.json");
            await File.WriteAllTextAsync(file, widgets.Widget("w").ToJsonString(), api.Token);

            (await kubectl.RunAsync("apply", "-f", file)).ShouldContain("/w created");
            (await kubectl.RunAsync("apply", "-f", file)).ShouldContain("/w unchanged");
            await File.WriteAllTextAsync(file, widgets.Widget("w", 6).ToJsonString(), api.Token);
            var difference = await kubectl.FailAsync("diff", "-f", file);
            difference.ShouldContain("-  size: 5");
            difference.ShouldContain("+  size: 6");
            (await kubectl.RunAsync("apply", "-f", file)).ShouldContain("/w configured");
            (await kubectl.RunAsync("apply", "--server-side", "--force-conflicts", "-f", file)).ShouldContain(
                "/w serverside-applied"
            );

            var resource = $"widgets.{widgets.Group}";
            var lines = (await kubectl.RunAsync("get", resource)).Split('\n');
            lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries).ShouldBe(["NAME", "SIZE", "READY", "AGE"]);
            lines[1].ShouldStartWith("w ");
            (await kubectl.RunAsync("get", resource, "-o", "wide")).ShouldContain("COLOR");
            (await kubectl.RunAsync("get", resource, "w", "-o", "jsonpath={.spec.size}")).ShouldBe("6");
            (await kubectl.RunAsync("describe", resource, "w")).ShouldContain("Size:      6");
            (await kubectl.RunAsync("scale", resource, "w", "--replicas=3")).ShouldContain("scaled");
            await kubectl.RunAsync(
                "patch",
                resource,
                "w",
                "--subresource=status",
                "--type=merge",
                "-p",
                """{"status":{"conditions":[{"type":"Ready","status":"True"}]}}"""
            );
            await kubectl.RunAsync("wait", "--for=condition=Ready", "--timeout=10s", $"{resource}/w");
            (await kubectl.RunAsync("label", resource, "w", "a=b")).ShouldContain("labeled");

            await File.WriteAllTextAsync(
                file,
                widgets.Widget("x").With(v => v["spec"]!["sise"] = 1).ToJsonString(),
                api.Token
            );
            (await kubectl.FailAsync("create", "-f", file)).ShouldContain("spec.sise");
            (await kubectl.FailAsync("get", resource, "none")).ShouldContain("not found");

            (await kubectl.RunAsync("create", "configmap", "made", "--from-literal=a=b")).ShouldContain(
                "configmap/made created"
            );
            (await kubectl.RunAsync("get", "configmap", "made", "-o", "jsonpath={.data.a}")).ShouldBe("b");
            (await kubectl.RunAsync("create", "serviceaccount", "robot")).ShouldContain("created");
            (await kubectl.RunAsync("create", "token", "robot")).Split('.').Length.ShouldBe(3);
            (
                await kubectl.RunAsync("create", "role", "reader", "--verb=get,list", "--resource=configmaps")
            ).ShouldContain("created");
            await kubectl.RunAsync(
                "create",
                "rolebinding",
                "reader",
                "--role=reader",
                $"--serviceaccount={api.Namespace}:robot"
            );
            var robot = $"--as=system:serviceaccount:{api.Namespace}:robot";
            (await kubectl.RunAsync("auth", "can-i", "get", "configmaps", robot)).ShouldStartWith("yes");
            (await kubectl.FailAsync("auth", "can-i", "get", "secrets", robot)).ShouldContain("no");
            (await kubectl.RunAsync("delete", resource, "w", "--timeout=10s")).ShouldContain("deleted");
            (await kubectl.RunAsync("get", resource)).ShouldContain("No resources found");

            var space = api.Namespace + "-k";
            (await kubectl.RunAsync("create", "namespace", space)).ShouldContain("created");
            (await kubectl.RunAsync("delete", "namespace", space, "--timeout=30s")).ShouldContain("deleted");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task Kubectl_explains(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var widgets = await api.DefineWidgetsAsync();
        var kubectl = new Kubectl(servers.Kubeconfig(server), api.Namespace, Path.GetTempPath(), api.Token);
        Assert.SkipWhen((await api.GetAsync("/openapi/v3")).Code == 404, "this server has no OpenAPI v3");
        var text = await kubectl.RunAsync(
            "explain",
            $"widgets.{widgets.Group}.spec".Replace($".{widgets.Group}", "", StringComparison.Ordinal),
            $"--api-version={widgets.ApiVersion}"
        );
        text.ShouldContain("What is wanted.");
        text.ShouldContain("size");
        text.ShouldContain("-required-");
    }

    private sealed class Kubectl(string kubeconfig, string ns, string folder, CancellationToken cancellationToken)
    {
        private readonly string program = Tools.Find("kubectl") ?? Skip();

        public async Task<string> RunAsync(params string[] arguments)
        {
            var (code, text) = await StartAsync(arguments);
            code.ShouldBe(0, $"kubectl {string.Join(' ', arguments)}: {text}");
            return text;
        }

        public async Task<string> FailAsync(params string[] arguments)
        {
            var (code, text) = await StartAsync(arguments);
            code.ShouldNotBe(0, text);
            return text;
        }

        private static string Skip()
        {
            Assert.Skip("there is no kubectl in .tools/bin or on PATH");
            return "";
        }

        private async Task<(int Code, string Text)> StartAsync(string[] arguments)
        {
            using var process = new Process();
            process.StartInfo = new(program)
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = folder,
            };
            foreach (
                var argument in arguments
                    .Append($"--kubeconfig={kubeconfig}")
                    .Append($"--namespace={ns}")
                    .Append($"--cache-dir={folder}/cache")
            )
            {
                process.StartInfo.ArgumentList.Add(argument);
            }

            process.Start();
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            try
            {
                await process.WaitForExitAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                throw;
            }

            return (process.ExitCode, (await output) + CommandLine.WithoutDiscovery(await errors));
        }
    }
}
