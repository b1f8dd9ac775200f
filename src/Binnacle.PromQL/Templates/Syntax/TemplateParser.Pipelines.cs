using Binnacle.PromQL.Checking;

namespace Binnacle.PromQL.Templates.Syntax;

internal sealed partial class TemplateParser
{
    /// <summary>Declarations and commands up to <paramref name="end"/>, which is taken; null after a complaint.</summary>
    private PipeNode? Pipeline(string context, TemplateTokenKind end)
    {
        var start = _token.Start;
        var variables = new List<FieldName>();
        var assigns = false;
        TemplateToken? first = null;
        while (_token.Kind is TemplateTokenKind.Variable && first is null)
        {
            var variable = _token;
            Advance();
            if (_token.Kind is TemplateTokenKind.Declare or TemplateTokenKind.Assign)
            {
                assigns = _token.Kind is TemplateTokenKind.Assign;
                Declare(variable, variables);
                Advance();
                break;
            }

            if (_token.Kind is not TemplateTokenKind.Comma)
            {
                first = variable;
                break;
            }

            Declare(variable, variables);
            if (!AnotherVariable(context, variables.Count))
            {
                return null;
            }
        }

        var commands = new List<CommandNode>(1);
        while (first is not null || _token.Kind != end)
        {
            if (first is null && !StartsOperand(_token.Kind))
            {
                Unexpected("a value, a field, a variable or a function");
                return null;
            }

            if (Command(first) is not { } command)
            {
                return null;
            }

            first = null;
            commands.Add(command);
        }

        return Checked(context, start, assigns, variables, commands);
    }

    private PipeNode? Checked(
        string context,
        int start,
        bool assigns,
        List<FieldName> variables,
        List<CommandNode> commands
    )
    {
        var end = _token;
        Advance();
        if (commands.Count == 0)
        {
            // A parenthesis leaves the rest of its action unread.
            _failed = end.Kind is TemplateTokenKind.RightParenthesis;
            Report(end.Start, end.End, $"{Named(context)} has no value");
            return null;
        }

        foreach (var command in commands.Skip(1))
        {
            if (command.Operands[0] is BoolNode or DotNode or NilNode or NumberNode or StringNode)
            {
                Report(command.Start, command.End, "a value behind \"|\" takes nothing from the pipe", "a function");
            }
        }

        return new PipeNode(start, commands[^1].End, assigns, variables, commands);
    }

    private static string Named(string context) =>
        context is "an action" ? "the action"
        : context is "()" ? "\"()\""
        : $"{{{{ {context} }}}}";

    private void Declare(TemplateToken variable, List<FieldName> variables)
    {
        var name = variable.In(_text).ToString();
        variables.Add(new FieldName(name, variable.Start, variable.End));
        _scope.Declare(name);
    }

    /// <summary>Goes past the comma of a declaration, where another variable may follow it.</summary>
    private bool AnotherVariable(string context, int count)
    {
        var comma = _token;
        Advance();
        if (context is not "range" || count >= 2)
        {
            _failed = true;
            Report(
                comma.Start,
                comma.End,
                context is "range"
                    ? "{{ range }} sets two variables at most"
                    : "only {{ range }} sets several variables"
            );
            return false;
        }

        if (
            _token.Kind
            is TemplateTokenKind.Variable
                or TemplateTokenKind.RightDelimiter
                or TemplateTokenKind.RightParenthesis
        )
        {
            return true;
        }

        Unexpected("a second variable");
        return false;
    }

    private static bool StartsOperand(TemplateTokenKind kind) =>
        kind
            is TemplateTokenKind.Bool
                or TemplateTokenKind.CharConstant
                or TemplateTokenKind.Complex
                or TemplateTokenKind.Dot
                or TemplateTokenKind.Field
                or TemplateTokenKind.Identifier
                or TemplateTokenKind.Number
                or TemplateTokenKind.Nil
                or TemplateTokenKind.RawString
                or TemplateTokenKind.QuotedString
                or TemplateTokenKind.Variable
                or TemplateTokenKind.LeftParenthesis;

    /// <summary>An operand and its arguments, and the <c>|</c> behind them; null after a complaint.</summary>
    private CommandNode? Command(TemplateToken? first)
    {
        var operands = new List<TemplateNode>(2);
        do
        {
            if (Operand(first) is not { } operand)
            {
                return null;
            }

            operands.Add(operand);
            first = null;
        } while (_token.SpaceBefore && StartsOperand(_token.Kind));
        if (_token.Kind is TemplateTokenKind.Pipe)
        {
            Advance();
        }
        else if (_token.Kind is not (TemplateTokenKind.RightDelimiter or TemplateTokenKind.RightParenthesis))
        {
            Unexpected(StartsOperand(_token.Kind) ? "a space between arguments" : "an argument, \"|\" or \"}}\"");
            return null;
        }

        return new CommandNode(operands, operands[^1].End);
    }

    /// <summary>A value and the fields behind it; <paramref name="first"/> is a variable that was read already.</summary>
    private TemplateNode? Operand(TemplateToken? first)
    {
        var token = first ?? _token;
        if (first is null)
        {
            Advance();
        }

        var term = Term(token);
        if (term is null)
        {
            return null;
        }

        var fields = new List<FieldName>();
        var end = term.End;
        if (token.Kind is TemplateTokenKind.Field)
        {
            fields.Add(new FieldName(_text[(token.Start + 1)..token.End], token.Start + 1, token.End));
        }

        while (_token.Kind is TemplateTokenKind.Field && !_token.SpaceBefore)
        {
            if (term is BoolNode or StringNode or NumberNode or NilNode or DotNode or FaultyNode)
            {
                _failed = true;
                Report(
                    _token.Start,
                    _token.End,
                    $"\"{_token.In(_text)}\" behind a value that has no fields",
                    "a space before it, or a variable"
                );
                return null;
            }

            fields.Add(new FieldName(_text[(_token.Start + 1).._token.End], _token.Start + 1, _token.End));
            end = _token.End;
            Advance();
        }

        return token.Kind is TemplateTokenKind.Field ? new FieldNode(token.Start, end, fields)
            : fields.Count == 0 ? term
            : term is VariableNode variable ? new VariableNode(variable.Name, token.Start, end, fields)
            : new ChainNode(term, end, fields);
    }

    private TemplateNode? Term(TemplateToken token)
    {
        switch (token.Kind)
        {
            case TemplateTokenKind.Identifier:
                return Function(token);
            case TemplateTokenKind.Nil:
                return new NilNode(token.Start, token.End);
            case TemplateTokenKind.Bool:
                return new BoolNode(token.Start, token.End);
            case TemplateTokenKind.Variable:
                Use(token);
                return new VariableNode(token.In(_text).ToString(), token.Start, token.End, []);
            case TemplateTokenKind.QuotedString:
            case TemplateTokenKind.RawString:
                return Text(token) is { } text
                    ? new StringNode(text, token.Start, token.End)
                    : new FaultyNode(token.Start, token.End);
            case TemplateTokenKind.CharConstant:
                if (GoText.CharacterFault(token.In(_text)) is { } fault)
                {
                    Report(token.Start, token.End, fault, "one character, or double quotes around a text");
                }

                return new NumberNode(GoNumberKind.Integer, token.Start, token.End);
            case TemplateTokenKind.Number:
            case TemplateTokenKind.Complex:
                return Number(token);
            case TemplateTokenKind.LeftParenthesis:
                var inner = Enter(token) ? Pipeline("()", TemplateTokenKind.RightParenthesis) : null;
                _depth--;
                return inner;
            default:
                // A field is put together from here on by the caller.
                return token.Kind is TemplateTokenKind.Field
                    ? new FieldNode(token.Start, token.End, [])
                    : new DotNode(token.Start, token.End);
        }
    }

    private NumberNode Number(TemplateToken token)
    {
        var kind = GoNumber.Kind(token.In(_text), token.Kind is TemplateTokenKind.Complex, out var fault);
        if (kind is null)
        {
            Report(token.Start, token.End, fault, "a number as in Go, such as 5, 0.5 or 0x1F");
        }

        return new NumberNode(kind ?? GoNumberKind.Integer, token.Start, token.End);
    }

    private FunctionNode Function(TemplateToken token)
    {
        var function = _dialect.Function(token.In(_text));
        var name = function?.Name ?? token.In(_text).ToString();
        if (function is null)
        {
            var (message, expected, fix) = _dialect.UnknownFunction(name);
            _faults.Add(TemplateFaultKind.UnknownFunction, token.Start, token.End, message, expected, fix);
        }

        return new FunctionNode(name, token.Start, token.End);
    }

    private void Use(TemplateToken token)
    {
        var name = token.In(_text).ToString();
        if (_scope.Has(name))
        {
            return;
        }

        var given = _dialect.Variables.Any(variable => variable.Key == name);
        var field = given
            ? _dialect.Data.Members!.Keys.First(key => key.Equals(name[1..], StringComparison.OrdinalIgnoreCase))
            : "";
        var near = given ? "" : Suggestions.Nearest(name, _scope.Names);
        _faults.Add(
            TemplateFaultKind.UndefinedVariable,
            token.Start,
            token.End,
            given
                ? $"\"{name}\" is not known inside of another template"
                : $"the variable \"{name}\" is not declared here",
            given ? $"\"$.{field}\" there, with \".\" handed over by {{{{ template }}}}"
                : near.Length == 0 ? ""
                : $"\"{near}\"",
            given ? $"$.{field}" : near
        );
    }

    /// <summary>The value of a string; null after a complaint.</summary>
    private string? Text(TemplateToken token)
    {
        var text = GoText.Unquote(token.In(_text), out var at, out var fault);
        if (text is null)
        {
            Report(token.Start + at, token.End, fault, "an escape of Go, or backquotes around the text");
        }

        return text;
    }
}
