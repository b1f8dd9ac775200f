using System.Text.Json.Nodes;
using Conformance.Tests.Support;

namespace Conformance.Tests;

/// <summary>Fields that built-in kinds do not have.</summary>
public sealed class FieldTests(ApiServers servers)
{
    public static TheoryData<string> Servers => ApiServers.All;

    [Theory, MemberData(nameof(Servers)), Trait("Guarantee", "S18")]
    public async Task Unknown_fields_are_dropped_warned_of_or_refused(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var knowsValidation = int.Parse((await api.GetAsync("/version")).Text("minor")!.TrimEnd('+'), null) >= 27;
        var body = api.Deployment("d")
            .With(value =>
            {
                value["spec"]!["replicaz"] = 3;
                value["spec"]!["template"]!["spec"]!["containers"]![0]!["imagePulPolicy"] = "Always";
                value["metadata"]!["label"] = new JsonObject();
            });
        string[] unknown =
        [
            "unknown field \"metadata.label\"",
            "unknown field \"spec.replicaz\"",
            "unknown field \"spec.template.spec.containers[0].imagePulPolicy\"",
        ];
        if (knowsValidation)
        {
            var refused = (await api.PostAsync($"{api.Deployments}?fieldValidation=Strict", body)).ShouldBe(400);
            refused.Reason.ShouldBe("BadRequest");
            refused.Message.ShouldStartWith(
                "Deployment in version \"v1\" cannot be handled as a Deployment: strict decoding error: "
            );
            foreach (var fault in unknown)
            {
                refused.Message.ShouldContain(fault);
            }

            var warned = (await api.PostAsync($"{api.Deployments}?fieldValidation=Warn&dryRun=All", body)).ShouldBe(
                201
            );
            warned
                .Warnings.Order(StringComparer.Ordinal)
                .ShouldBe(
                    unknown.Select(fault => $"299 - \"{fault.Replace("\"", "\\\"", StringComparison.Ordinal)}\"")
                );
        }

        var made = (await api.PostAsync($"{api.Deployments}?fieldValidation=Ignore", body)).ShouldBe(201);
        made.Warnings.ShouldBeEmpty();
        made.At("spec", "replicaz").ShouldBeNull();
        made.At("metadata", "label").ShouldBeNull();
        Json.At(made.At("spec", "template", "spec", "containers")![0], "imagePulPolicy").ShouldBeNull();
        made.At("spec", "replicas")!.GetValue<int>().ShouldBe(0);
    }
}
