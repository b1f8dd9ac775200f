using Binnacle.PromQL.Checking;
using Binnacle.PromQL.Templates.Syntax;

namespace Binnacle.PromQL.Templates.Checking;

internal sealed partial class TemplateChecker
{
    private Flow Pipe(PipeNode pipe, Flow dot, BranchKind? of = null)
    {
        Flow? flow = null;
        foreach (var command in pipe.Commands)
        {
            flow = Command(command, dot, flow);
        }

        var value = flow ?? Flow.Unknown;
        foreach (var variable in pipe.Variables)
        {
            if (!pipe.Assigns)
            {
                Push(variable.Name, value with { Use = 0 });
            }
            else if (_variables.Find(variable.Name) is null)
            {
                _warnings.Add(
                    TemplateFaultKind.UndefinedVariable,
                    variable.Start,
                    variable.End,
                    $"the variable \"{variable.Name}\" is set before it is declared",
                    $"\"{variable.Name} :=\""
                );
            }
            else
            {
                Assign(variable.Name, value with { Use = 0 }, assigns: true);
            }
        }

        if (pipe.Variables.Count > 0 && of is null)
        {
            Spend(value, TemplateValueUse.Stored);
        }

        return value;
    }

    private Flow Command(CommandNode command, Flow dot, Flow? piped)
    {
        var first = command.Operands[0];
        if (first is FunctionNode function)
        {
            return Call(function, command, dot, piped);
        }

        var arguments = command.Operands.Count - 1 + (piped is null ? 0 : 1);
        switch (first)
        {
            case FieldNode or VariableNode { Fields.Count: > 0 } or ChainNode:
                for (var i = 1; i < command.Operands.Count; i++)
                {
                    Argument(command.Operands[i], dot);
                }

                return Value(first, dot, arguments, command);
            case NilNode:
                Warn(TemplateFaultKind.ArgumentKind, first, "nil alone is no value to write or test", "");
                break;
        }

        if (arguments > 0)
        {
            NoArguments(first, command);
        }

        return Value(first, dot, 0, command);
    }

    private void NoArguments(TemplateNode first, CommandNode command)
    {
        var at = command.Operands.Count > 1 ? command.Operands[1] : first;
        Warn(
            TemplateFaultKind.ArgumentCount,
            at,
            $"\"{Source(first)}\" is no function and takes no arguments",
            "a function before it, or nothing behind it"
        );
    }

    /// <summary>The value of an operand that is given to something.</summary>
    private Flow Argument(TemplateNode node, Flow dot) =>
        node is FunctionNode function
            ? Call(function, new CommandNode([function], function.End), dot, null)
            : Value(node, dot, 0, null);

    private Flow Value(TemplateNode node, Flow dot, int arguments, CommandNode? command)
    {
        switch (node)
        {
            case DotNode:
                return Read(node, dot);
            case NilNode:
                return new Flow(GoTypes.Nil);
            case BoolNode:
                return new Flow(GoTypes.Bool);
            case NumberNode { Kind: GoNumberKind.Unsigned }:
                Warn(TemplateFaultKind.ArgumentKind, node, "the whole number is too large", "a number below 2^63");
                return Flow.Unknown;
            case NumberNode number:
                return new Flow(
                    number.Kind switch
                    {
                        GoNumberKind.Integer => GoTypes.Integer,
                        GoNumberKind.Float => GoTypes.Float,
                        _ => GoTypes.Complex,
                    }
                );
            case StringNode text:
                return new Flow(GoTypes.Text, text);
            case PipeNode pipe:
                return Pipe(pipe, dot);
            case FieldNode field:
                return Fields(dot, field.Fields, node, arguments, command);
            case VariableNode variable:
                var flow = OfVariable(variable);
                return variable.Fields.Count == 0
                    ? Read(node, flow)
                    : Fields(flow, variable.Fields, node, arguments, command);
            case ChainNode chain:
                return Fields(Argument(chain.Operand, dot), chain.Fields, node, arguments, command);
            default:
                return Flow.Unknown;
        }
    }

    private Flow OfVariable(VariableNode variable)
    {
        if (_variables.Find(variable.Name) is { } flow)
        {
            return flow;
        }

        _warnings.Add(
            TemplateFaultKind.UndefinedVariable,
            variable.Start,
            variable.Start + variable.Name.Length,
            $"the variable \"{variable.Name}\" has no value here",
            "its declaration before it, in the same branch or outside of it"
        );
        return Flow.Unknown;
    }

    /// <summary>Goes along <c>.a.b.c</c>; the last may be a method with arguments.</summary>
    private Flow Fields(Flow flow, List<FieldName> fields, TemplateNode node, int arguments, CommandNode? command)
    {
        for (var i = 0; i < fields.Count; i++)
        {
            var field = fields[i];
            var given = i == fields.Count - 1 ? arguments : 0;
            if (LabelSource(flow.Type) is { } source)
            {
                Label(field.Name, field.Start, field.End, source, flow.Query);
                if (i + 1 < fields.Count)
                {
                    DottedLabel(node, fields, i);
                    return Flow.Unknown;
                }
            }

            if (Member(flow.Type, field, out var isMethod) is not { } type)
            {
                NoField(flow.Type, field, node);
                return Flow.Unknown;
            }

            if (given > 0 && command is not null && flow.Type.Shape is not GoShape.Unknown)
            {
                var wanted = isMethod ? flow.Type.ArgumentsOf(field.Name) : 0;
                if (wanted == 0)
                {
                    NoArguments(node, command);
                }
            }

            flow = new Flow(type, Query: flow.Query);
        }

        return Read(node, flow);
    }

    private static GoType? Member(GoType type, FieldName field, out bool isMethod)
    {
        isMethod = false;
        if (type.Members?.GetValueOrDefault(field.Name) is { } member)
        {
            isMethod = type.Shape is not GoShape.Struct;
            return member;
        }

        return type.Shape switch
        {
            GoShape.Unknown or GoShape.Nil => GoTypes.Unknown,
            GoShape.Struct when type.Members is null => GoTypes.Unknown,
            GoShape.Map => type.Element ?? GoTypes.Unknown,
            _ => null,
        };
    }

    private void DottedLabel(TemplateNode node, List<FieldName> fields, int first)
    {
        var name = string.Join('.', fields.Skip(first).Select(field => field.Name));
        var written = _text[node.Start..(fields[first].Start - 1)];
        var labels = written.Length == 0 ? "." : written;
        Warn(
            TemplateFaultKind.LabelName,
            node,
            $"the label \"{fields[first].Name}\" is a text, which has no field \"{fields[first + 1].Name}\"",
            $"index {labels} \"{name}\" if the label is called so",
            node is ChainNode ? "" : $"(index {labels} \"{name}\")"
        );
    }

    private void NoField(GoType type, FieldName field, TemplateNode node)
    {
        var near = type.Members is { } members ? Suggestions.Nearest(field.Name, members.Keys) : "";
        var known = type.Members is null ? "" : string.Join(", ", type.Members.Keys.Select(name => "." + name));
        var isLabel = ReferenceEquals(type, GoTypes.AlertData) && near.Length == 0;
        _warnings.Add(
            TemplateFaultKind.UnknownField,
            field.Start,
            field.End,
            $"{Described(type)} has no field \"{field.Name}\"",
            near.Length > 0 ? $"\"{near}\""
                : isLabel ? $"{known}, or $labels.{field.Name} for a label"
                : known,
            near.Length > 0 ? near
                : isLabel && node is FieldNode { Fields.Count: 1 } ? $"Labels.{field.Name}"
                : ""
        );
    }

    private static TemplateLabelSource? LabelSource(GoType type) =>
        ReferenceEquals(type, GoTypes.AlertLabels) ? TemplateLabelSource.Alert
        : ReferenceEquals(type, GoTypes.ExternalLabels) ? TemplateLabelSource.External
        : ReferenceEquals(type, GoTypes.SampleLabels) ? TemplateLabelSource.Sample
        : null;

    private void Label(string? name, int start, int end, TemplateLabelSource source, TemplateQuery? query)
    {
        if (_seenLabels.Add((start, name, source)))
        {
            _labels.Add(new TemplateLabel(name, start, end, source, query));
        }
    }

    /// <summary>Notes that any of the labels may be read.</summary>
    private void AllLabels(Flow flow, TemplateNode at)
    {
        if (LabelSource(flow.Type) is { } source)
        {
            Label(null, at.Start, at.End, source, flow.Query);
        }
    }

    /// <summary>Notes where the alert's value is read.</summary>
    private Flow Read(TemplateNode node, Flow flow)
    {
        if (!ReferenceEquals(flow.Type, GoTypes.AlertValue))
        {
            return flow;
        }

        if (!_readAt.TryGetValue(node.Start, out var number))
        {
            _values.Add(new TemplateValue(node.Start, node.End, TemplateValueUse.Passed, null));
            _readAt[node.Start] = number = _values.Count;
        }

        return flow with
        {
            Use = number,
        };
    }

    private void Spend(Flow flow, TemplateValueUse use, string? format = null)
    {
        if (flow.Use > 0)
        {
            _values[flow.Use - 1] = _values[flow.Use - 1] with { Use = use, Format = format };
        }
    }

    private string Source(TemplateNode node) =>
        node.End - node.Start <= 40 ? _text[node.Start..node.End] : _text[node.Start..(node.Start + 39)] + "…";

    private static string Described(GoType type) =>
        type.Shape switch
        {
            GoShape.Nil => "nil",
            GoShape.Bool => "true or false",
            GoShape.Integer => "a whole number",
            GoShape.Float => "a number",
            GoShape.Complex => "a complex number",
            GoShape.Text => "a text",
            GoShape.NamedText => "HTML",
            GoShape.List when ReferenceEquals(type, GoTypes.Samples) => "the result of a query",
            GoShape.List => "a list",
            GoShape.Map => "a map",
            GoShape.Struct when ReferenceEquals(type, GoTypes.Sample) => "a sample",
            GoShape.Struct => type.Name,
            _ => "a value",
        };
}
