using System.Globalization;
using System.Text.Json;

namespace Binnacle.Operator.Components;

/// <summary>What the operator asks of an Alertmanager replica.</summary>
internal sealed class AlertmanagerApi(IComponentTransport transport)
{
    /// <summary>The version that runs.</summary>
    public async Task<string> VersionAsync(Replica replica, CancellationToken cancellationToken)
    {
        using var answer = await transport.SendAsync(replica, HttpMethod.Get, "/api/v2/status", cancellationToken);
        answer.EnsureSuccessStatusCode();
        await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var status = await JsonSerializer.DeserializeAsync(
            body,
            ComponentJsonContext.Default.AlertmanagerStatus,
            cancellationToken
        );
        return status?.VersionInfo?.Version ?? "";
    }

    /// <summary>
    /// The hash of the configuration in force, from the metric <c>alertmanager_config_hash</c>: the first six bytes of
    /// the file's MD5 as a little-endian number. Null when the metric is missing.
    /// </summary>
    public async Task<string?> LoadedHashAsync(Replica replica, CancellationToken cancellationToken)
    {
        using var answer = await transport.SendAsync(replica, HttpMethod.Get, "/metrics", cancellationToken);
        answer.EnsureSuccessStatusCode();
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        return MetricsText.Value(text, "alertmanager_config_hash") is { } value
            ? value.ToString("F0", CultureInfo.InvariantCulture)
            : null;
    }

    /// <summary>Makes the server read its files again.</summary>
    /// <exception cref="ComponentRefusedException">It refused them and goes on with what it had.</exception>
    public Task ReloadAsync(Replica replica, CancellationToken cancellationToken) =>
        ReloadCall.SendAsync(transport, replica, cancellationToken);
}
