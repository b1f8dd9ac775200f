using System.Diagnostics;
using System.Text.Json;
using Binnacle.Api;
using Binnacle.Operator.Admission;
using Kubernetes.Models;
using Testing;

namespace Binnacle.Operator.Tests.Admission;

/// <summary>What is installed fits what is served.</summary>
public sealed class WebhookManifestTests
{
    private static readonly string Folder = GoldenFile.Folder("config", "webhook");

    [Fact]
    [Trait("Guarantee", "V27")]
    public void The_manifests_lead_to_the_webhooks_and_ask_about_the_five_kinds_alone()
    {
        var options = new WebhookOptions();
        var configuration = Read<ValidatingWebhookConfiguration>("validating_webhook.yaml");
        configuration.Metadata.Name.ShouldBe(options.Configuration);
        var webhook = configuration.Webhooks!.ShouldHaveSingleItem();
        webhook.Name.ShouldBe(OperatorWebhooks.Validation);
        webhook.ClientConfig!.Service!.Path.ShouldBe(OperatorWebhooks.ValidationPath);
        new ObjectKey(webhook.ClientConfig.Service.Namespace!, webhook.ClientConfig.Service.Name!).ShouldBe(
            options.Service
        );
        Read<Service>("service.yaml").Key.ShouldBe(options.Service);
        options.Hosts.ShouldContain($"{options.Service.Name}.{options.Service.Namespace}.svc");
        webhook.FailurePolicy.ShouldBe("Ignore");
        foreach (var each in new[] { webhook, OperatorWebhooks.RightsEntry })
        {
            each.SideEffects.ShouldBe("None");
            each.MatchPolicy.ShouldBe("Equivalent");
            each.TimeoutSeconds.ShouldBe(5);
            var rule = each.Rules!.ShouldHaveSingleItem();
            rule.Operations.ShouldBe(["CREATE", "UPDATE"]);
            rule.ApiGroups.ShouldBe([BinnacleResources.Group]);
            rule.Resources!.ShouldBeSubsetOf(BinnacleResources.All.Select(type => type.Plural));
        }

        webhook.Rules![0].Resources!.Count.ShouldBe(BinnacleResources.All.Count);
        OperatorWebhooks.RightsEntry.FailurePolicy.ShouldBe("Fail");
    }

    [Fact]
    [Trait("Guarantee", "V27")]
    public async Task The_chart_installs_the_same_webhook()
    {
        var helm = Tools.Find("helm");
        Assert.SkipWhen(helm is null, "helm is not on this machine: run 'make tools'");
        var chart = await TemplateAsync(helm, "--namespace", "binnacle-system");
        var configuration = Read<ValidatingWebhookConfiguration>("validating_webhook.yaml").Webhooks![0];
        var installed = Of<ValidatingWebhookConfiguration>(chart).Single().Webhooks!.ShouldHaveSingleItem();
        var service = installed.ClientConfig!.Service!;
        service.Path.ShouldBe(OperatorWebhooks.ValidationPath);
        Of<Service>(chart).ShouldContain(made => made.Metadata.Name == service.Name);
        Json(installed with { ClientConfig = configuration.ClientConfig }).ShouldBe(Json(configuration));
        var arguments = Of<Deployment>(chart).Single().Spec!.Template!.Spec!.Containers![0].Args!;
        arguments.ShouldContain("--webhooks");
        arguments.ShouldContain($"--webhook-service={service.Namespace}/{service.Name}");
        var name = Of<ValidatingWebhookConfiguration>(chart).Single().Metadata.Name;
        arguments.ShouldContain($"--webhook-configuration={name}");
        Of<ClusterRole>(chart)
            .SelectMany(role => role.Rules ?? [])
            .ShouldContain(rule =>
                rule.Resources!.Contains("validatingwebhookconfigurations") && rule.ResourceNames!.Contains(name)
            );

        var without = await TemplateAsync(helm, "--set", "webhooks.enabled=false");
        Of<ValidatingWebhookConfiguration>(without).ShouldBeEmpty();
        (Of<Deployment>(without).Single().Spec!.Template!.Spec!.Containers![0].Args ?? []).ShouldNotContain(
            "--webhooks"
        );
    }

    [Fact]
    [Trait("Guarantee", "V28")]
    public async Task With_cert_manager_the_chart_leaves_certificates_and_caBundle_to_it()
    {
        var helm = Tools.Find("helm");
        Assert.SkipWhen(helm is null, "helm is not on this machine: run 'make tools'");
        var chart = await TemplateAsync(
            helm,
            "--namespace",
            "sys",
            "--set",
            "webhooks.certManager.enabled=true,webhooks.failurePolicy=Fail"
        );
        var configuration = Of<ValidatingWebhookConfiguration>(chart).Single();
        configuration.Webhooks![0].FailurePolicy.ShouldBe("Fail");
        var certificate = chart.Single(made => made.Kind == "Certificate");
        configuration
            .Metadata.Annotations!["cert-manager.io/inject-ca-from"]
            .ShouldBe($"sys/{certificate.Metadata.Name}");
        var pod = Of<Deployment>(chart).Single().Spec!.Template!.Spec!;
        pod.Containers![0].Args!.ShouldContain("--webhook-cert-dir=/certificates");
        pod.Containers[0]
            .Args!.ShouldNotContain(argument => argument.StartsWith("--webhook-secret", StringComparison.Ordinal));
        var volume = pod.Volumes!.Single(volume => volume.Name == "certificates");
        JsonElement
            .Parse(certificate.ToUtf8Json())
            .GetProperty("spec")
            .GetProperty("secretName")
            .GetString()
            .ShouldBe(volume.Secret!.SecretName);
    }

    private static T Read<T>(string file)
        where T : KubernetesObject, IKubernetesObject<T> =>
        Of<T>(Kubernetes.Client.Manifests.Parse(File.ReadAllText(Path.Combine(Folder, file)))).Single();

    private static IReadOnlyList<T> Of<T>(IEnumerable<KubernetesObject> all)
        where T : KubernetesObject, IKubernetesObject<T> =>
        [
            .. all.Where(made => made.Kind == T.ResourceType.Kind)
                .Select(made => JsonSerializer.Deserialize(made.ToUtf8Json(), T.JsonTypeInfo)!),
        ];

    private static string Json(ValidatingWebhook webhook) =>
        JsonElement
            .Parse(new ValidatingWebhookConfiguration { Webhooks = [webhook] }.ToUtf8Json())
            .GetProperty("webhooks")
            .GetRawText();

    private static async Task<IReadOnlyList<KubernetesObject>> TemplateAsync(string helm, params string[] arguments)
    {
        var start = new ProcessStartInfo(helm) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (
            var argument in (string[])["template", "binnacle", GoldenFile.Folder("charts", "binnacle"), .. arguments]
        )
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
        process.ExitCode.ShouldBe(0, await errors);
        return Kubernetes.Client.Manifests.Parse(await output);
    }
}
