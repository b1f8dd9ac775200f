namespace Binnacle.Operator.Components;

/// <summary><c>POST /-/reload</c>, which Prometheus, Alertmanager and the blackbox exporter share.</summary>
internal static class ReloadCall
{
    /// <summary>Sends it.</summary>
    /// <exception cref="ComponentRefusedException">The component refused its files; the message is its own words.</exception>
    public static async Task SendAsync(
        IComponentTransport transport,
        Replica replica,
        CancellationToken cancellationToken
    )
    {
        using var answer = await transport.SendAsync(replica, HttpMethod.Post, "/-/reload", cancellationToken);
        if (answer.IsSuccessStatusCode)
        {
            return;
        }

        var words = (await answer.Content.ReadAsStringAsync(cancellationToken)).Trim();
        // With a Status of the API server, whose proxy stands between us, the component has not said anything.
        if ((int)answer.StatusCode == 500 && !words.StartsWith("{\"kind\":\"Status\"", StringComparison.Ordinal))
        {
            throw new ComponentRefusedException(words);
        }

        throw new HttpRequestException($"{replica.Pod} answered {(int)answer.StatusCode} to a reload: {words}");
    }
}
