using Binnacle.PromQL;

namespace PromQlDifferential;

/// <summary>Says of a batch of expressions which ones Prometheus refuses, by their index, with its words.</summary>
internal delegate Task<IReadOnlyDictionary<int, string>> Judge(IReadOnlyList<string> batch);

/// <summary>What we and Prometheus said of a set of expressions.</summary>
/// <param name="Name">Where the expressions come from.</param>
/// <param name="Total">How many there are.</param>
/// <param name="Accepted">How many both load.</param>
/// <param name="Refused">How many both refuse.</param>
/// <param name="WronglyAccepted">What we accept and Prometheus refuses, with its words.</param>
/// <param name="WronglyRefused">What we refuse and Prometheus accepts, with our words.</param>
/// <param name="LettersAsColons">
/// The same, where Prometheus up to 3.5 takes a letter behind the duration in brackets for a colon: <c>[5 m]</c> is a
/// subquery over five seconds there. It is refused here on purpose.
/// </param>
internal sealed record Comparison(
    string Name,
    int Total,
    int Accepted,
    int Refused,
    IReadOnlyList<(string Expression, string Words)> WronglyAccepted,
    IReadOnlyList<(string Expression, string Words)> WronglyRefused,
    IReadOnlyList<(string Expression, string Words)> LettersAsColons
)
{
    /// <summary>How many expressions one question to the judge holds.</summary>
    private const int BatchSize = 5000;

    /// <summary>Asks <paramref name="refusals"/> and our parser for <paramref name="language"/>.</summary>
    public static async Task<Comparison> MakeAsync(
        string name,
        IEnumerable<string> expressions,
        PromQlOptions language,
        Judge refusals
    )
    {
        var total = 0;
        var accepted = 0;
        var refused = 0;
        var wronglyAccepted = new List<(string, string)>();
        var wronglyRefused = new List<(string, string)>();
        var letters = new List<(string, string)>();
        foreach (var batch in expressions.Chunk(BatchSize))
        {
            total += batch.Length;
            var refusal = await refusals(batch);
            for (var i = 0; i < batch.Length; i++)
            {
                var errors = PromQlExpression.Parse(batch[i], language).Errors;
                switch (errors.Count > 0, refusal.TryGetValue(i, out var words))
                {
                    case (true, true):
                        refused++;
                        break;
                    case (false, false):
                        accepted++;
                        break;
                    case (false, true):
                        wronglyAccepted.Add((batch[i], words!));
                        break;
                    case (true, false) when errors.FirstOrDefault(IsLetterForColon) is { } error:
                        letters.Add((batch[i], error.ToString()));
                        break;
                    default:
                        wronglyRefused.Add((batch[i], errors[0].ToString()));
                        break;
                }
            }
        }

        return new Comparison(name, total, accepted, refused, wronglyAccepted, wronglyRefused, letters);
    }

    private static bool IsLetterForColon(SyntaxError error) =>
        error.Expected is "\"]\"" && error.Message.StartsWith("unexpected name", StringComparison.Ordinal);
}
