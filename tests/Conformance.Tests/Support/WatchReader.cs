using System.Text.Json.Nodes;

namespace Conformance.Tests.Support;

/// <summary>An open watch, read line by line.</summary>
public sealed class WatchReader : IAsyncDisposable
{
    private readonly HttpResponseMessage response;
    private readonly StreamReader reader;
    private readonly Api api;

    private WatchReader(Api api, HttpResponseMessage response, Stream stream)
    {
        this.api = api;
        this.response = response;
        reader = new(stream);
    }

    /// <summary>Opens a watch; <paramref name="path"/> already has its query, without <c>watch=true</c>.</summary>
    public static async Task<WatchReader> OpenAsync(Api api, string path, string? accept = null)
    {
        var separator = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        var response = await api.OpenAsync(HttpMethod.Get, $"{path}{separator}watch=true", accept: accept);
        ((int)response.StatusCode).ShouldBe(200);
        return new(api, response, await response.Content.ReadAsStreamAsync(api.Token));
    }

    /// <summary>The next event; null when the server ends the watch.</summary>
    public async Task<(string Type, JsonObject Object)?> NextAsync()
    {
        if (await reader.ReadLineAsync(api.Token) is not { } line)
        {
            return null;
        }

        var value = Json.Parse(line);
        return (value["type"]!.GetValue<string>(), value["object"]!.AsObject());
    }

    /// <summary>The next event as <c>TYPE name</c>.</summary>
    public async Task<string> NextLineAsync()
    {
        var (type, value) = await NextAsync() ?? throw new InvalidOperationException("the watch ended");
        return $"{type} {Json.At(value, "metadata", "name")?.GetValue<string>()}";
    }

    public ValueTask DisposeAsync()
    {
        reader.Dispose();
        response.Dispose();
        return ValueTask.CompletedTask;
    }
}
