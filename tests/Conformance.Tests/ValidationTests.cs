using System.Text.Json.Nodes;
using Conformance.Tests.Support;

namespace Conformance.Tests;

/// <summary>
/// Objects of built-in kinds that are no good, one fault each, as people write them. Field and reason of every cause are
/// the same everywhere; values in messages differ between versions of Kubernetes, whose older ones print Go structs.
/// </summary>
public sealed class ValidationTests(ApiServers servers)
{
    public static TheoryData<string> Servers => ApiServers.All;

    [Theory, MemberData(nameof(Servers)), Trait("Guarantee", "S22")]
    public async Task Every_fault_is_found_at_its_place(string server)
    {
        await using var api = await servers.OpenAsync(server);

        // Pods need the namespace's account, where the server looks for it.
        await api.PostAsync(
            $"/api/v1/namespaces/{api.Namespace}/serviceaccounts",
            api.Object("v1", "ServiceAccount", "default")
        );
        using var stream = typeof(ValidationTests).Assembly.GetManifestResourceStream("invalid-objects.json")!;
        var differences = new List<string>();
        foreach (var entry in (await JsonNode.ParseAsync(stream, cancellationToken: api.Token))!.AsArray())
        {
            var path = entry!["path"]!
                .GetValue<string>()
                .Replace("{namespace}", api.Namespace, StringComparison.Ordinal);
            var answer = await api.PostAsync($"{path}?dryRun=All", entry["body"]!.DeepClone().AsObject());
            var found = (answer.At("details", "causes") as JsonArray ?? [])
                .Select(cause => $"{Json.At(cause, "field")}: {Json.At(cause, "reason")}")
                .Order(StringComparer.Ordinal);
            var expected = entry["causes"]!
                .AsArray()
                .Select(cause => cause!.GetValue<string>())
                .Order(StringComparer.Ordinal);
            if (answer.Code != 422 || answer.Reason != "Invalid" || !found.SequenceEqual(expected))
            {
                differences.Add($"{entry["name"]}: {answer.Code} {answer.Message}");
            }
        }

        differences.ShouldBeEmpty();
    }
}
