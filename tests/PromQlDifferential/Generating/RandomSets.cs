using Binnacle.PromQL;

namespace PromQlDifferential.Generating;

/// <summary>Endless rows of random expressions for one seed.</summary>
internal static class RandomSets
{
    /// <summary>
    /// Of ten expressions four are made after the grammar of <paramref name="language"/>, two are such with tokens damaged, one with characters damaged,
    /// two are damaged ones of <paramref name="corpus"/>, and one is two cut together.
    /// </summary>
    public static IEnumerable<string> Mixed(int seed, IReadOnlyList<string> corpus, PromQlOptions? language = null)
    {
        var generator = new ExpressionGenerator(seed, language);
        var mutator = new Mutator(seed + 1);
        var random = new Random(seed + 2);
        for (var i = 0; ; i++)
        {
            var known = corpus[random.Next(corpus.Count)];
            var made = generator.Any(i / 10 % 4);
            var text = (i % 10) switch
            {
                0 or 1 or 2 or 3 => made,
                4 or 5 => mutator.Tokens(made),
                6 => mutator.Characters(made),
                7 => mutator.Tokens(known),
                8 => mutator.Characters(known),
                _ => mutator.Splice(made, known),
            };
            // promtool takes an empty expression for a missing one.
            if (!string.IsNullOrWhiteSpace(text) && text.Length < 4000)
            {
                yield return text;
            }
        }
    }
}
