using System.Net;
using System.Text;
using Binnacle.Operator.Components;

namespace Binnacle.Operator.Tests.Fakes;

/// <summary>Answers in the place of components. A request that no route takes gets no answer at all.</summary>
internal sealed class FakeTransport : IComponentTransport
{
    private readonly Lock _gate = new();
    private readonly List<string> _seen = [];
    private readonly List<(string Mark, Func<Replica, string, HttpResponseMessage> Answer)> _routes = [];

    /// <summary>Method, pod and path of every request, unescaped.</summary>
    public IReadOnlyList<string> Seen
    {
        get
        {
            lock (_gate)
            {
                return [.. _seen];
            }
        }
    }

    /// <summary>Answers requests that contain the mark; of several routes the one that was added last.</summary>
    public FakeTransport On(string mark, Func<Replica, string, HttpResponseMessage> answer)
    {
        lock (_gate)
        {
            _routes.Insert(0, (mark, answer));
        }

        return this;
    }

    public FakeTransport On(string mark, string body, HttpStatusCode code = HttpStatusCode.OK) =>
        On(mark, (_, _) => Text(body, code));

    public static HttpResponseMessage Text(string body, HttpStatusCode code = HttpStatusCode.OK) =>
        new(code) { Content = new StringContent(body, Encoding.UTF8) };

    public Task<HttpResponseMessage> SendAsync(
        Replica replica,
        HttpMethod method,
        string pathAndQuery,
        CancellationToken cancellationToken
    )
    {
        var text = $"{method} {replica.Pod.Name} {Uri.UnescapeDataString(pathAndQuery)}";
        Func<Replica, string, HttpResponseMessage>? answer;
        lock (_gate)
        {
            _seen.Add(text);
            answer = _routes.FirstOrDefault(route => text.Contains(route.Mark, StringComparison.Ordinal)).Answer;
        }

        return answer is null
            ? Task.FromException<HttpResponseMessage>(new HttpRequestException($"no answer to {text}"))
            : Task.FromResult(answer(replica, text));
    }
}
