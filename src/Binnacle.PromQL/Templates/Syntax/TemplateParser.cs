using Binnacle.PromQL.Templates.Checking;

namespace Binnacle.PromQL.Templates.Syntax;

/// <summary>
/// Reads a Go template by the rules of text/template (https://go.dev/src/text/template/parse/parse.go): what it refuses is
/// what Prometheus refuses when it loads a rule. A faulty action is left at its end, and reading goes on behind it, with
/// the block that its keyword opens or ends.
/// </summary>
internal sealed partial class TemplateParser
{
    /// <summary>Blocks and parentheses inside one another; Go has no bound for blocks and 10,000 for parentheses.</summary>
    private const int Deepest = 400;

    private readonly string _text;
    private readonly TemplateDialect _dialect;
    private readonly FaultList _faults;
    private readonly TemplateLexer _lexer;
    private readonly Dictionary<string, List<TemplateNode>> _defined = [];
    private readonly HashSet<string> _filled = [];
    private TemplateScope _scope;
    private TemplateToken _token;

    // The last {{ end }} or {{ else }}.
    private TemplateToken _closing;

    // The last name of a template.
    private TemplateToken _name;
    private int _depth;
    private int _ranges;
    private bool _failed;
    private bool _cutOff;
    private bool _stopped;

    private TemplateParser(string text, TemplateDialect dialect, FaultList faults)
    {
        _text = text;
        _dialect = dialect;
        _faults = faults;
        _lexer = new TemplateLexer(text);
        _scope = new TemplateScope(dialect.VariableNames);
    }

    /// <summary>The template's parts, without those that have faults; no other template may take its name.</summary>
    public static TemplateTree Parse(string text, string? name, TemplateDialect dialect, FaultList faults)
    {
        var parser = new TemplateParser(text, dialect, faults);
        parser.Advance();
        if (name is not null && dialect.Variables.Count > 0)
        {
            parser._filled.Add(name);
        }

        return new TemplateTree(parser.Root(), parser._defined);
    }

    /// <summary>What ends a list of parts.</summary>
    private enum Ending
    {
        EndOfText,
        End,
        Else,
        ElseIf,
        ElseWith,
    }

    private List<TemplateNode> Root()
    {
        var nodes = new List<TemplateNode>();
        while (true)
        {
            var ending = Parts(nodes, atTop: true);
            if (ending is Ending.EndOfText)
            {
                return nodes;
            }

            var keyword = ending is Ending.End ? "end" : "else";
            Report(
                _closing.Start,
                _closing.End,
                $"{{{{ {keyword} }}}} has no {{{{ if }}}}, {{{{ range }}}} or {{{{ with }}}} before it"
            );
            if (ending is Ending.ElseIf or Ending.ElseWith)
            {
                SkipRest();
            }
        }
    }

    /// <summary>Parts up to an end, an else, or the end of the text.</summary>
    private Ending Parts(List<TemplateNode> nodes, bool atTop = false)
    {
        while (true)
        {
            switch (_token.Kind)
            {
                case TemplateTokenKind.End:
                    return Ending.EndOfText;
                case TemplateTokenKind.Text:
                    if (!_token.In(_text).IsWhiteSpace())
                    {
                        nodes.Add(new TextNode(_token.Start, _token.End));
                    }

                    Advance();
                    break;
                case TemplateTokenKind.LeftDelimiter:
                    if (Action(nodes, atTop) is { } ending)
                    {
                        return ending;
                    }

                    break;
                default:
                    Unexpected("");
                    SkipRest();
                    break;
            }
        }
    }

    /// <summary>One action; the result is set when it ends the list that it stands in.</summary>
    private Ending? Action(List<TemplateNode> nodes, bool atTop)
    {
        var open = _token;
        Advance();
        var keyword = _token;
        Ending? ending = null;
        TemplateNode? node = null;
        switch (keyword.Kind)
        {
            case TemplateTokenKind.EndKeyword:
            case TemplateTokenKind.Else:
                Advance();
                ending = Closing(open, keyword);
                break;
            case TemplateTokenKind.If:
                Advance();
                node = Branch(BranchKind.If, open, keyword);
                break;
            case TemplateTokenKind.Range:
                Advance();
                node = Branch(BranchKind.Range, open, keyword);
                break;
            case TemplateTokenKind.With:
                Advance();
                node = Branch(BranchKind.With, open, keyword);
                break;
            case TemplateTokenKind.Break:
            case TemplateTokenKind.Continue:
                Advance();
                LeaveRange(keyword);
                break;
            case TemplateTokenKind.Define:
                Advance();
                Define(open, keyword, atTop);
                break;
            case TemplateTokenKind.Block:
                Advance();
                node = Block(open, keyword);
                break;
            case TemplateTokenKind.Template:
                Advance();
                node = Invocation();
                break;
            default:
                node = Pipeline("an action", TemplateTokenKind.RightDelimiter) is { } pipe
                    ? new ActionNode(pipe)
                    : null;
                break;
        }

        if (_failed)
        {
            SkipRest();
        }

        if (node is not null)
        {
            nodes.Add(node);
        }

        return ending;
    }

    private Ending Closing(TemplateToken open, TemplateToken keyword)
    {
        _closing = new TemplateToken(keyword.Kind, open.Start, keyword.End, false);
        if (keyword.Kind is TemplateTokenKind.Else)
        {
            if (_token.Kind is TemplateTokenKind.If)
            {
                return Ending.ElseIf;
            }

            if (_token.Kind is TemplateTokenKind.With && _dialect.ElseWith)
            {
                return Ending.ElseWith;
            }
        }

        EndAction(keyword.In(_text).ToString());
        return keyword.Kind is TemplateTokenKind.Else ? Ending.Else : Ending.End;
    }

    /// <summary>Wants the end of the action, which takes nothing more.</summary>
    private void EndAction(string keyword)
    {
        if (_token.Kind is TemplateTokenKind.RightDelimiter)
        {
            Advance();
        }
        else
        {
            Unexpected($"\"}}}}\" behind \"{keyword}\"");
        }
    }

    private void LeaveRange(TemplateToken keyword)
    {
        var name = keyword.In(_text).ToString();
        EndAction(name);
        if (_ranges == 0 && !_failed)
        {
            Report(keyword.Start, keyword.End, $"{{{{ {name} }}}} outside of {{{{ range }}}}");
        }
    }

    private void Advance() =>
        _token = _stopped ? new TemplateToken(TemplateTokenKind.End, _text.Length, _text.Length, false) : _lexer.Next();

    /// <summary>Goes one level deeper; false ends the reading.</summary>
    private bool Enter(TemplateToken at)
    {
        if (_depth++ < Deepest)
        {
            return true;
        }

        _stopped = true;
        _cutOff = true;
        _failed = false;
        _faults.Add(
            TemplateFaultKind.Nesting,
            at.Start,
            at.End,
            "the template is nested too deeply",
            $"no more than {Deepest} blocks and parentheses inside one another"
        );
        Advance();
        return false;
    }

    /// <summary>Leaves the faulty action.</summary>
    private void SkipRest()
    {
        _cutOff |= !_lexer.SkipAction(_token);
        _failed = false;
        _stopped |= _faults.IsFull;
        _cutOff |= _stopped;
        Advance();
    }

    private void Unexpected(string expected)
    {
        if (_failed)
        {
            return;
        }

        _failed = true;
        if (_token.Kind is TemplateTokenKind.Error)
        {
            var (message, right, fix) = _lexer.Fault;
            var kind = fix.StartsWith("index ", StringComparison.Ordinal)
                ? TemplateFaultKind.LabelName
                : TemplateFaultKind.Syntax;
            _faults.Add(kind, _token.Start, _token.End, message, right, fix);
            return;
        }

        if (_token.Kind is TemplateTokenKind.Character && _token.In(_text) is "{")
        {
            Report(_token.Start, _token.End, "unexpected \"{\" inside an action", "\"}}\" before the next \"{{\"");
        }
        else if (_token.Kind is TemplateTokenKind.Character && _text.AsSpan(_token.Start).StartsWith("/*"))
        {
            Report(
                _token.Start,
                _token.Start + 2,
                "a comment must follow \"{{\" or \"{{- \" at once",
                "{{/* comment */}}"
            );
        }
        else
        {
            var found =
                _token.Kind is TemplateTokenKind.End ? "end of the text"
                : _token.In(_text)[0] is '"' ? Shown(_token)
                : $"\"{Shown(_token)}\"";
            Report(_token.Start, _token.End, $"unexpected {found}", expected);
        }
    }

    private string Shown(TemplateToken token) =>
        token.End - token.Start <= 24
            ? token.In(_text).ToString()
            : string.Concat(token.In(_text)[..20].TrimEnd('\\'), "…");

    private void Report(int start, int end, string message, string expected = "", string fix = "") =>
        _faults.Add(TemplateFaultKind.Syntax, start, end, message, expected, fix);
}
