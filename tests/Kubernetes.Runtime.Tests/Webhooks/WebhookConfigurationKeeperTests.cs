using Binnacle.Testing;
using Kubernetes.Models;
using Kubernetes.Runtime.Tests.Fakes;
using Kubernetes.Runtime.Webhooks;

namespace Kubernetes.Runtime.Tests.Webhooks;

public sealed class WebhookConfigurationKeeperTests
{
    /// <summary>Only what is taken without conditions was refused because of them.</summary>
    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [Trait("Guarantee", "V8")]
    public async Task A_refusal_for_another_reason_costs_a_webhook_no_conditions(int refusals, bool keepsConditions)
    {
        using var stop = new CancellationTokenSource();
        var clock = new ManualTimeProvider();
        var server = Installed();
        server.Fault = request =>
            request.Verb == "apply" && refusals-- > 0 ? Errors.Invalid("webhooks[0]", "FieldValueInvalid", "no") : null;
        var added = new ValidatingWebhook
        {
            Name = "added",
            MatchConditions = [new MatchCondition { Name = "c", Expression = "true" }],
        };
        var options = new WebhookConfigurationOptions("hooks", "tester")
        {
            Added = [new AddedWebhook(added, "installed", "/added")],
        };
        var keeper = new WebhookConfigurationKeeper(server, options, bundles: null, clock, new RecordingLogger());
        var running = keeper.RunAsync(stop.Token);

        await clock.AdvanceUntilAsync(() => Added() is not null, TimeSpan.FromMinutes(5));
        await stop.CancelAsync();
        await running.InTime();

        (Added()!.MatchConditions is not null).ShouldBe(keepsConditions);

        ValidatingWebhook? Added() =>
            server.All<ValidatingWebhookConfiguration>().Single().Webhooks!.FirstOrDefault(it => it.Name == "added");
    }

    [Fact]
    [Trait("Guarantee", "V8")]
    public async Task A_configuration_that_was_deleted_does_not_come_back_with_the_added_webhook_alone()
    {
        using var stop = new CancellationTokenSource();
        var clock = new ManualTimeProvider();
        var logger = new RecordingLogger();
        var server = Installed();
        server.Gate = request =>
        {
            if (request.Verb == "apply")
            {
                server.Remove(ValidatingWebhookConfiguration.ResourceType, new ObjectKey("", "hooks"));
            }

            return Task.CompletedTask;
        };
        var options = new WebhookConfigurationOptions("hooks", "tester")
        {
            Added = [new AddedWebhook(new ValidatingWebhook { Name = "added" }, "installed", "/added")],
        };
        var keeper = new WebhookConfigurationKeeper(server, options, bundles: null, clock, logger);
        var running = keeper.RunAsync(stop.Token);

        await Eventually.TrueAsync(
            () => logger.Lines.Any(it => it.Message.Contains("cannot be kept", StringComparison.Ordinal)),
            "the write was refused"
        );
        await stop.CancelAsync();
        await running.InTime();

        server.All<ValidatingWebhookConfiguration>().ShouldBeEmpty();
    }

    private static FakeApiServer Installed()
    {
        var server = new FakeApiServer();
        var service = new WebhookServiceReference { Namespace = "home", Name = "hooks" };
        server.Put(
            new ValidatingWebhookConfiguration
            {
                Metadata = new ObjectMeta { Name = "hooks" },
                Webhooks =
                [
                    new ValidatingWebhook
                    {
                        Name = "installed",
                        ClientConfig = new WebhookClientConfig { Service = service },
                    },
                ],
            }
        );
        return server;
    }
}
