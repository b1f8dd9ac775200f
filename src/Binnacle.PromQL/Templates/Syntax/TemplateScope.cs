namespace Binnacle.PromQL.Templates.Syntax;

/// <summary>The variables that are declared at a place, as the parser sees them: by name, from declaration to the block's end.</summary>
internal sealed class TemplateScope
{
    private readonly List<string> _declared = ["$"];
    private readonly Dictionary<string, int> _counts = new() { ["$"] = 1 };

    public TemplateScope(IEnumerable<string> variables)
    {
        foreach (var variable in variables)
        {
            Declare(variable);
        }
    }

    public int Mark => _declared.Count;

    /// <summary>The names, for suggestions; the data itself has none to mistake.</summary>
    public IEnumerable<string> Names => _counts.Keys.Where(name => name.Length > 1);

    public bool Has(string name) => _counts.ContainsKey(name);

    public void Declare(string name)
    {
        _declared.Add(name);
        _counts[name] = _counts.GetValueOrDefault(name) + 1;
    }

    public void Release(int mark)
    {
        for (var i = _declared.Count - 1; i >= mark; i--)
        {
            var name = _declared[i];
            if (_counts[name] == 1)
            {
                _counts.Remove(name);
            }
            else
            {
                _counts[name]--;
            }
        }

        _declared.RemoveRange(mark, _declared.Count - mark);
    }
}
