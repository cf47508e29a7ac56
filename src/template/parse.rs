//! Tokens to trees.

use std::fmt;
use std::sync::Arc;

use bstr::ByteSlice;
use foldhash::fast::FixedState;
use hashbrown::{HashMap, HashSet};

use super::ast::{
    Action, Block, Branch, Call, Chain, Command, Commands, Field, Fields, FunctionRef, Identifier, Node,
    Number, Operand, Pipe, Pos, StringConst, Text, Tree, Variable,
};
use super::lex::{Kind, Lexer, Token, first_name};
use super::number;
use crate::gofmt::{quote, unquote};
use crate::stack::with_stack;
use crate::value::Str;
use crate::{funcs, limits};

/// Why a text is no template. Displays as Go prints it: `template: NAME:LINE: MESSAGE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// The name of the file.
    pub name: Str,
    /// The line, from 1, that the parser had reached.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "template: {}:{}: {}", self.name, self.line, self.message)
    }
}

impl std::error::Error for ParseError {}

type Result<T> = std::result::Result<T, ParseError>;

/// Bytes of the longest string constant that is shared.
const SHARED_BYTES: usize = 64;

/// What the files of a chart share while they are parsed.
#[derive(Debug)]
pub(super) struct Shared {
    /// Their field names and short string constants, each of them once.
    strings: HashSet<Str, FixedState>,
    /// Their chains of fields, by what is written.
    fields: HashMap<Str, Fields, FixedState>,
    /// Their numbers, by what is written.
    numbers: HashMap<Str, Arc<Number>, FixedState>,
    /// Nodes that may still be made.
    pub room: usize,
}

impl Shared {
    /// Nothing yet, and room for this many nodes.
    pub fn new(room: usize) -> Shared {
        Shared { strings: HashSet::default(), fields: HashMap::default(), numbers: HashMap::default(), room }
    }

    /// `text` as a string, which is shared if it is short.
    fn string(&mut self, text: &[u8]) -> Str {
        if text.len() > SHARED_BYTES {
            return text.into();
        }
        self.strings.get_or_insert_with(text, |text| text.into()).clone()
    }

    /// The names in `text`, that of a chain of fields.
    fn fields(&mut self, text: &[u8]) -> Fields {
        if let Some(fields) = self.fields.get(text) {
            return fields.clone();
        }
        let names = text.get(1..).unwrap_or_default().split(|b| *b == b'.');
        let fields: Fields = names.map(|name| self.string(name)).collect();
        self.fields.insert(text.into(), fields.clone());
        fields
    }

    /// The number that is written `text`, which the lexer took for a `kind`.
    fn number(&mut self, text: &[u8], kind: Kind) -> std::result::Result<Arc<Number>, String> {
        if let Some(number) = self.numbers.get(text) {
            return Ok(number.clone());
        }
        let number = Arc::new(number::parse(text, kind)?);
        self.numbers.insert(number.text.clone(), number.clone());
        Ok(number)
    }
}

/// Parses the file `name`: its own tree and those of its `define` and `block` actions, in the order in which
/// they end, the file's own last.
///
/// Names are distinct. Within a file a definition of nothing but white space and comments gives way to any
/// other of the same name, and two others are an error. It is up to the set of all templates to apply the same
/// rule between files, only that there the later of two others wins: see [`Tree::is_empty`].
///
/// # Errors
/// If the text is no template, with Go's text.
pub fn parse(name: &Str, text: Arc<Str>) -> Result<Vec<Tree>> {
    parse_within(name, text, &mut Shared::new(limits::TEMPLATE_NODES))
}

/// [`parse`], with names and constants from `shared` and at most as many nodes as that has room for, which are taken off it.
///
/// # Errors
/// Those of [`parse`], and if there is no room.
pub(super) fn parse_within(name: &Str, text: Arc<Str>, shared: &mut Shared) -> Result<Vec<Tree>> {
    if Pos::try_from(text.len()).is_err() {
        return Err(ParseError { name: name.clone(), line: 1, message: "template too large".into() });
    }
    let bytes = Arc::clone(&text);
    let mut file = File {
        name,
        text,
        room: shared.room,
        shared,
        lexer: Lexer::new(&bytes),
        variables: HashMap::default(),
        trees: Vec::new(),
        tree_index: HashMap::default(),
        nodes: Vec::new(),
        commands: Vec::new(),
        operands: Vec::new(),
        depth: 0,
    };
    file.variables.insert(Str::from("$"), DOLLAR);
    let mut parser = Parser::new(&mut file);
    let root = parser.file()?;
    parser.add(name.clone(), root)?;
    file.shared.room = file.room;
    Ok(file.trees)
}

impl Tree {
    /// True if it is white space and comments only: as the definition of a name it gives way to any other.
    pub fn is_empty(&self) -> bool {
        self.root.is_empty()
    }
}

impl Block {
    fn is_empty(&self) -> bool {
        self.nodes.iter().all(|node| match node {
            Node::Text(text) => text.bytes().trim_with(char::is_whitespace).is_empty(),
            _ => false,
        })
    }
}

/// The number of the variable `$`.
const DOLLAR: u32 = 0;

/// What all trees of a file share while it is parsed.
struct File<'t> {
    name: &'t Str,
    text: Arc<Str>,
    shared: &'t mut Shared,
    lexer: Lexer<'t>,
    /// Numbers of all variables so far.
    variables: HashMap<Str, u32, FixedState>,
    /// Complete trees.
    trees: Vec<Tree>,
    /// Where they are, by name.
    tree_index: HashMap<Str, usize, FixedState>,
    /// Nodes of the open blocks, the innermost last.
    nodes: Vec<Node>,
    /// Commands of the open pipelines, the innermost last.
    commands: Vec<Command>,
    /// Operands of the open commands, the innermost last.
    operands: Vec<Operand>,
    /// Open control structures.
    depth: usize,
    /// Nodes that may still be made.
    room: usize,
}

/// Parses one tree. A definition inside gets its own parser, which goes on with the same lexer.
struct Parser<'a, 't> {
    file: &'a mut File<'t>,
    /// Look-ahead: the newest token first.
    tokens: [Token; 2],
    /// How many of them are still to be parsed.
    pending: usize,
    /// Variables in scope.
    scope: Vec<u32>,
    /// Start of the innermost action.
    action: Option<Pos>,
    /// Enclosing `range` actions.
    ranges: usize,
    /// Enclosing parentheses.
    parens: usize,
}

/// What ends a list, or an item of it.
enum Item {
    Node(Node),
    End,
    Else(Pos),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Control {
    If,
    Range,
    With,
}

impl Control {
    fn name(self) -> &'static str {
        match self {
            Control::If => "if",
            Control::Range => "range",
            Control::With => "with",
        }
    }

    fn node(self, branch: Branch) -> Node {
        match self {
            Control::If => Node::If(Box::new(branch)),
            Control::Range => Node::Range(Box::new(branch)),
            Control::With => Node::With(Box::new(branch)),
        }
    }
}

impl<'a, 't> Parser<'a, 't> {
    fn new(file: &'a mut File<'t>) -> Parser<'a, 't> {
        let none = Token { kind: Kind::Eof, pos: 0, end: 0, spaced: false };
        Parser {
            file,
            tokens: [none; 2],
            pending: 0,
            scope: vec![DOLLAR],
            action: None,
            ranges: 0,
            parens: 0,
        }
    }

    // Tokens

    fn next(&mut self) -> Token {
        if self.pending > 0 {
            self.pending -= 1;
        } else {
            self.tokens[0] = self.file.lexer.next();
        }
        self.tokens[self.pending]
    }

    fn back(&mut self) {
        self.pending += 1;
    }

    fn peek(&mut self) -> Token {
        let token = self.next();
        self.back();
        token
    }

    /// Puts `token` back before the newest one.
    fn back_2(&mut self, token: Token) {
        self.tokens[1] = token;
        self.pending = 2;
    }

    fn text(&self, token: Token) -> &'t [u8] {
        self.file.lexer.text(token)
    }

    fn expect(&mut self, kind: Kind, context: &str) -> Result<Token> {
        let token = self.next();
        if token.kind == kind { Ok(token) } else { Err(self.unexpected(token, context)) }
    }

    // Errors

    fn error(&self, message: impl Into<String>) -> ParseError {
        ParseError {
            name: self.file.name.clone(),
            line: self.file.lexer.line(self.tokens[0].pos),
            message: message.into(),
        }
    }

    fn unexpected(&self, token: Token, context: &str) -> ParseError {
        let lexer = &self.file.lexer;
        if token.kind != Kind::Error {
            return self.error(format!("unexpected {} in {context}", lexer.describe(token)));
        }
        let mut message = lexer.error().to_owned();
        if let Some(line) =
            self.action.map(|pos| lexer.line(pos)).filter(|line| *line != lexer.line(token.pos))
        {
            // Not "action in action".
            let joint = if message.ends_with(" action") { "" } else { " in action" };
            message = format!("{message}{joint} started at {}:{line}", self.file.name);
        }
        self.error(message)
    }

    /// Takes `nodes` off the room.
    fn pay(&mut self, nodes: usize) -> Result<()> {
        self.file.room =
            self.file.room.checked_sub(nodes).ok_or_else(|| self.error("too many actions in templates"))?;
        Ok(())
    }

    // Lists

    /// The whole file. Only here are definitions allowed.
    fn file(&mut self) -> Result<Block> {
        let pos = self.peek().pos;
        let first = self.file.nodes.len();
        loop {
            match self.peek().kind {
                Kind::Eof => return Ok(self.block_of(pos, first)),
                Kind::LeftDelim => {
                    let delim = self.next();
                    if self.next().kind == Kind::Define {
                        Parser::new(self.file).definition()?;
                        continue;
                    }
                    self.back_2(delim);
                }
                _ => {}
            }
            match self.item()? {
                Item::Node(node) => self.file.nodes.push(node),
                Item::End => return Err(self.error("unexpected {{end}}")),
                Item::Else(_) => return Err(self.error("unexpected {{else}}")),
            }
        }
    }

    /// `"name"}} list {{end}}`
    fn definition(mut self) -> Result<()> {
        const CONTEXT: &str = "define clause";
        let token = self.next();
        let name = self.template_name(token, CONTEXT)?;
        self.expect(Kind::RightDelim, CONTEXT)?;
        let (root, end) = self.list()?;
        if let Item::Else(_) = end {
            return Err(self.error(format!("unexpected {{{{else}}}} in {CONTEXT}")));
        }
        self.add(name, root)
    }

    /// Keeps a complete tree.
    fn add(&mut self, name: Str, root: Block) -> Result<()> {
        let tree = Tree { name, parse_name: self.file.name.clone(), text: Arc::clone(&self.file.text), root };
        match self.file.tree_index.get(&tree.name) {
            None => {
                self.file.tree_index.insert(tree.name.clone(), self.file.trees.len());
                self.file.trees.push(tree);
            }
            Some(index) if self.file.trees[*index].is_empty() => self.file.trees[*index] = tree,
            Some(_) if tree.is_empty() => {}
            Some(_) => {
                let message = format!("template: multiple definition of template {}", quote(&tree.name));
                return Err(self.error(message));
            }
        }
        Ok(())
    }

    /// Nodes up to an `{{end}}` or `{{else}}`.
    fn list(&mut self) -> Result<(Block, Item)> {
        let pos = self.peek().pos;
        let first = self.file.nodes.len();
        while self.peek().kind != Kind::Eof {
            match self.item()? {
                Item::Node(node) => self.file.nodes.push(node),
                end => return Ok((self.block_of(pos, first), end)),
            }
        }
        Err(self.error("unexpected EOF"))
    }

    /// Closes the block that began with node `first`.
    fn block_of(&mut self, pos: Pos, first: usize) -> Block {
        Block { pos, nodes: self.file.nodes.split_off(first).into() }
    }

    fn item(&mut self) -> Result<Item> {
        self.pay(1)?;
        let token = self.next();
        match token.kind {
            Kind::Text => {
                let source = Arc::clone(&self.file.text);
                Ok(Item::Node(Node::Text(Text { pos: token.pos, end: token.end, source })))
            }
            Kind::LeftDelim => {
                self.action = Some(token.pos);
                let item = self.action()?;
                self.action = None;
                Ok(item)
            }
            _ => Err(self.unexpected(token, "input")),
        }
    }

    // Actions

    fn action(&mut self) -> Result<Item> {
        let token = self.next();
        let node = match token.kind {
            Kind::Block => self.nested(Self::block)?,
            Kind::Break => {
                self.loop_control("{{break}}")?;
                Node::Break(token.pos)
            }
            Kind::Continue => {
                self.loop_control("{{continue}}")?;
                Node::Continue(token.pos)
            }
            Kind::If => self.control(Control::If)?,
            Kind::Range => self.control(Control::Range)?,
            Kind::With => self.control(Control::With)?,
            Kind::Template => self.template()?,
            Kind::End => {
                self.expect(Kind::RightDelim, "end")?;
                return Ok(Item::End);
            }
            Kind::Else => return self.else_start(),
            _ => {
                self.back();
                Node::Action(Action { pos: token.pos, pipe: self.pipeline("command", Kind::RightDelim)? })
            }
        };
        Ok(Item::Node(node))
    }

    /// Calls `parse`, which may come back here, unless that went too deep.
    fn nested<T>(&mut self, parse: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.file.depth >= limits::PARSE_DEPTH {
            return Err(self.error("max control structure depth exceeded"));
        }
        self.file.depth += 1;
        let result = with_stack(|| parse(self));
        self.file.depth -= 1;
        result
    }

    fn loop_control(&mut self, action: &str) -> Result<()> {
        self.expect(Kind::RightDelim, action)?;
        if self.ranges == 0 {
            return Err(self.error(format!("{action} outside {{{{range}}}}")));
        }
        Ok(())
    }

    fn else_start(&mut self) -> Result<Item> {
        let next = self.peek();
        if matches!(next.kind, Kind::If | Kind::With) {
            // The rest is an action of its own, for `control` to parse.
            return Ok(Item::Else(next.pos));
        }
        Ok(Item::Else(self.expect(Kind::RightDelim, "else")?.pos))
    }

    fn control(&mut self, control: Control) -> Result<Node> {
        let scope = self.scope.len();
        let branch = self.nested(|parser| parser.branch(control))?;
        self.scope.truncate(scope);
        Ok(control.node(branch))
    }

    fn branch(&mut self, control: Control) -> Result<Branch> {
        let pipe = self.pipeline(control.name(), Kind::RightDelim)?;
        let range = usize::from(control == Control::Range);
        self.ranges += range;
        let (list, end) = self.list()?;
        self.ranges -= range;
        let else_list = match end {
            Item::Else(pos) => Some(self.else_branch(control, pos)?),
            _ => None,
        };
        Ok(Branch { pos: pipe.pos, pipe, list, else_list })
    }

    fn else_branch(&mut self, control: Control, pos: Pos) -> Result<Block> {
        // `{{else if}}` is `{{else}}{{if}}` that shares its `{{end}}`; so is `{{else with}}` of a `with`.
        if matches!((control, self.peek().kind), (Control::If, Kind::If) | (Control::With, Kind::With)) {
            self.next();
            return Ok(Block { pos, nodes: [self.control(control)?].into() });
        }
        match self.list()? {
            (_, Item::Else(_)) => Err(self.error("expected end; found {{else}}")),
            (list, _) => Ok(list),
        }
    }

    /// `"name" pipeline}} list {{end}}`: a definition and its call.
    fn block(&mut self) -> Result<Node> {
        const CONTEXT: &str = "block clause";
        let token = self.next();
        let name = self.template_name(token, CONTEXT)?;
        let pipe = self.pipeline(CONTEXT, Kind::RightDelim)?;
        let mut parser = Parser::new(self.file);
        let (root, end) = parser.list()?;
        if let Item::Else(_) = end {
            return Err(self.error(format!("unexpected {{{{else}}}} in {CONTEXT}")));
        }
        parser.add(name.clone(), root)?;
        Ok(Node::Template(Box::new(Call { pos: token.pos, name, pipe: Some(pipe) })))
    }

    fn template(&mut self) -> Result<Node> {
        const CONTEXT: &str = "template clause";
        let token = self.next();
        let name = self.template_name(token, CONTEXT)?;
        let pipe = match self.next().kind {
            Kind::RightDelim => None,
            _ => {
                self.back();
                Some(self.pipeline(CONTEXT, Kind::RightDelim)?)
            }
        };
        Ok(Node::Template(Box::new(Call { pos: token.pos, name, pipe })))
    }

    fn template_name(&mut self, token: Token, context: &str) -> Result<Str> {
        match token.kind {
            Kind::String | Kind::RawString => self.unquote(token),
            _ => Err(self.unexpected(token, context)),
        }
    }

    fn unquote(&mut self, token: Token) -> Result<Str> {
        let text = unquote(self.text(token)).ok_or_else(|| self.error("invalid syntax"))?;
        Ok(self.file.shared.string(&text))
    }

    // Pipelines

    /// A pipeline and the `end` after it.
    fn pipeline(&mut self, context: &str, end: Kind) -> Result<Pipe> {
        let pos = self.peek().pos;
        let (mut decl, mut is_assign) = (Vec::new(), false);
        while self.declaration(&mut decl, &mut is_assign, context)? {}
        let first = self.file.commands.len();
        loop {
            let token = self.next();
            match token.kind {
                kind if kind == end => {
                    let commands = &self.file.commands[first..];
                    check_pipeline(commands, context).map_err(|message| self.error(message))?;
                    let cmds = match commands.len() {
                        1 => self.file.commands.pop().map(Commands::One).unwrap_or_default(),
                        _ => Commands::Many(self.file.commands.split_off(first).into()),
                    };
                    return Ok(Pipe { pos, is_assign, decl: decl.into(), cmds });
                }
                Kind::Bool
                | Kind::CharConstant
                | Kind::Complex
                | Kind::Dot
                | Kind::Field
                | Kind::Identifier
                | Kind::LeftParen
                | Kind::Nil
                | Kind::Number
                | Kind::RawString
                | Kind::String
                | Kind::Variable => {
                    self.back();
                    let command = self.command()?;
                    self.file.commands.push(command);
                }
                _ => return Err(self.unexpected(token, context)),
            }
        }
    }

    /// Takes a variable off the start of a pipeline if it is declared or assigned there. True if another may
    /// follow.
    fn declaration(&mut self, decl: &mut Vec<Variable>, is_assign: &mut bool, context: &str) -> Result<bool> {
        let variable = self.peek();
        if variable.kind != Kind::Variable {
            return Ok(false);
        }
        self.next();
        let next = self.peek();
        let is_comma = next.kind == Kind::Char && self.text(next) == b",";
        if !is_comma && !matches!(next.kind, Kind::Assign | Kind::Declare) {
            self.back_2(variable);
            return Ok(false);
        }
        self.next();
        let variable = self.variable(variable);
        self.scope.push(variable.id);
        decl.reserve_exact(1);
        decl.push(variable);
        if !is_comma {
            *is_assign = next.kind == Kind::Assign;
            return Ok(false);
        }
        if context != Control::Range.name() || decl.len() > 1 {
            return Err(self.error(format!("too many declarations in {context}")));
        }
        match self.peek().kind {
            Kind::Variable | Kind::RightDelim | Kind::RightParen => Ok(true),
            _ => Err(self.error("range can only initialize variables")),
        }
    }

    fn variable(&mut self, token: Token) -> Variable {
        let name = self.text(token);
        let variables = &mut self.file.variables;
        let (name, id) = match variables.get_key_value(name) {
            Some((name, id)) => (name.clone(), *id),
            None => {
                let id = variables.len() as u32;
                let name = Str::from(name);
                variables.insert(name.clone(), id);
                (name, id)
            }
        };
        Variable { pos: token.pos, name, id, fields: Fields::default() }
    }

    fn command(&mut self) -> Result<Command> {
        let pos = self.peek().pos;
        let first = self.file.operands.len();
        while let Some(operand) = self.operand()? {
            self.file.operands.push(operand);
            self.pay(1)?;
            if !self.peek().spaced {
                break;
            }
        }
        let token = self.next();
        match token.kind {
            Kind::RightDelim | Kind::RightParen => self.back(),
            Kind::Pipe => {}
            _ => return Err(self.unexpected(token, "operand")),
        }
        if self.file.operands.len() == first {
            return Err(self.error("empty command"));
        }
        Ok(Command { pos, args: self.file.operands.split_off(first).into() })
    }

    /// A term and the fields after it; `None` if the next token is no operand.
    fn operand(&mut self) -> Result<Option<Operand>> {
        let first = self.peek();
        if first.kind == Kind::Field {
            self.next();
            let names = self.fields(first);
            self.pay(names.len() - 1)?;
            // A chain of fields is where its second one is.
            let second = if names.len() > 1 { first_name(self.text(first)) } else { 0 };
            return Ok(Some(Operand::Field(Field { pos: first.pos + second as Pos, names })));
        }
        let Some(term) = self.term()? else { return Ok(None) };
        let token = self.peek();
        if token.kind != Kind::Field || token.spaced {
            return Ok(Some(term));
        }
        self.next();
        let (pos, fields) = (token.pos, self.fields(token));
        self.pay(fields.len())?;
        Ok(Some(match term {
            Operand::Variable(variable) => Operand::Variable(Variable { pos, fields, ..variable }),
            Operand::Bool(..)
            | Operand::String(_)
            | Operand::Number(..)
            | Operand::Nil(_)
            | Operand::Dot(_) => {
                let message = format!("unexpected . after term {}", quote(term.to_string().as_bytes()));
                return Err(self.error(message));
            }
            node => Operand::Chain(Chain { pos, node: Box::new(node), fields }),
        }))
    }

    /// The names in `token`.
    fn fields(&mut self, token: Token) -> Fields {
        let text = self.text(token);
        self.file.shared.fields(text)
    }

    fn term(&mut self) -> Result<Option<Operand>> {
        let token = self.next();
        let pos = token.pos;
        Ok(Some(match token.kind {
            Kind::Identifier => {
                let name = self.text(token);
                let Some(function) = function(name) else {
                    return Err(self.error(format!("function {} not defined", quote(name))));
                };
                Operand::Identifier(Identifier { pos, function })
            }
            Kind::Dot => Operand::Dot(pos),
            Kind::Nil => Operand::Nil(pos),
            Kind::Variable => {
                let variable = self.variable(token);
                // So does looking for the variable cost.
                self.pay(self.scope.len() / 256)?;
                if !self.scope.contains(&variable.id) {
                    return Err(self.error(format!("undefined variable {}", quote(&variable.name))));
                }
                Operand::Variable(variable)
            }
            Kind::Bool => Operand::Bool(pos, self.text(token) == b"true"),
            Kind::CharConstant | Kind::Complex | Kind::Number => {
                let text = self.text(token);
                let number = self.file.shared.number(text, token.kind);
                Operand::Number(pos, number.map_err(|message| self.error(message))?)
            }
            Kind::LeftParen => {
                if self.parens >= limits::PARSE_DEPTH {
                    return Err(self.error("max expression depth exceeded"));
                }
                self.parens += 1;
                let pipe = with_stack(|| self.pipeline("parenthesized pipeline", Kind::RightParen))?;
                self.parens -= 1;
                Operand::Pipe(Box::new(pipe))
            }
            Kind::String | Kind::RawString => {
                let value = self.unquote(token)?;
                let is_plain = matches!(self.text(token), [b'"', inner @ .., b'"'] if *inner == *value);
                let quoted = (!is_plain).then(|| Box::new(self.text(token).into()));
                Operand::String(StringConst { pos, value, quoted })
            }
            _ => {
                self.back();
                return Ok(None);
            }
        }))
    }
}

/// Complains about a pipeline with nothing in it, or with a constant where a function has to be.
fn check_pipeline(cmds: &[Command], context: &str) -> std::result::Result<(), String> {
    if cmds.is_empty() {
        return Err(format!("missing value for {context}"));
    }
    for (i, command) in cmds.iter().enumerate().skip(1) {
        if let Some(
            Operand::Bool(..) | Operand::Dot(_) | Operand::Nil(_) | Operand::Number(..) | Operand::String(_),
        ) = command.args.first()
        {
            return Err(format!("non executable command in pipeline stage {}", i + 1));
        }
    }
    Ok(())
}

/// The function that templates call `name`.
fn function(name: &[u8]) -> Option<FunctionRef> {
    // Go's own `slice` is not among them: Sprig's, in the table, takes its place.
    const BUILTINS: [&str; 12] =
        ["and", "call", "eq", "ge", "gt", "index", "le", "len", "lt", "ne", "not", "or"];
    let builtin = || {
        let at = BUILTINS.binary_search_by(|builtin| builtin.as_bytes().cmp(name)).ok()?;
        Some(FunctionRef::Builtin(BUILTINS[at]))
    };
    funcs::lookup(name).map(FunctionRef::Table).or_else(builtin)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> String {
        match parse(&"t".into(), Arc::new(text.into())) {
            Ok(trees) => trees.iter().map(|tree| format!("{}: {}\n", tree.name, tree.root)).collect(),
            Err(error) => format!("{error}\n"),
        }
    }

    #[test]
    fn nodes_stay_small() {
        assert!(size_of::<Node>() <= 56, "Node is {} bytes", size_of::<Node>());
        assert!(size_of::<Operand>() <= 48, "Operand is {} bytes", size_of::<Operand>());
    }

    #[test]
    fn trees_print_as_go_prints_them() {
        for (text, expect) in [
            ("a  {{- 1 -}} \n b", "t: a{{1}}b\n"),
            ("{{/* c */}}x{{- /* d */ -}} y", "t: xy\n"),
            ("{{if not .a}}1{{else if .b}}2{{end}}", "t: {{if not .a}}1{{else}}{{if .b}}2{{end}}{{end}}\n"),
            ("{{with $x := .a.b}}{{$x.c}}{{end}}", "t: {{with $x := .a.b}}{{$x.c}}{{end}}\n"),
            ("{{range $i , $e := .}}{{break}}{{end}}", "t: {{range $i, $e := .}}{{break}}{{end}}\n"),
            ("{{( len  .a|not ).b.c `r` 'x' 0x_1f 1+2i}}", "t: {{(len .a | not).b.c `r` 'x' 0x_1f 1+2i}}\n"),
            ("{{define \"d\"}}x{{end}}{{template `d` .}}", "d: x\nt: {{template \"d\" .}}\n"),
            ("{{block \"d\" 1}}{{end}}{{define \"d\"}}x{{end}}", "d: x\nt: {{template \"d\" 1}}\n"),
            ("{{define \"t\"}}x{{end}} {{/**/}}", "t: x\n"),
        ] {
            assert_eq!(parsed(text), expect, "{text}");
        }
    }

    #[test]
    fn errors_are_those_of_go() {
        for (text, expect) in [
            ("{{", "t:1: unclosed action"),
            ("\n{{if .}}{{ 1\n 2", "t:3: unclosed action started at t:2"),
            ("{{\n\"x}}", "t:2: unterminated quoted string in action started at t:1"),
            ("{{if .}}", "t:1: unexpected EOF"),
            ("{{if}}{{end}}", "t:1: missing value for if"),
            ("{{else}}", "t:1: unexpected {{else}}"),
            ("{{1 | 2}}", "t:1: non executable command in pipeline stage 2"),
            ("{{}", "t:1: unexpected \"}\" in command"),
            ("{{$x}}", "t:1: undefined variable \"$x\""),
            ("{{nosuch}}", "t:1: function \"nosuch\" not defined"),
            ("{{\"abcdefghijk\" | \"\"\"x\"}}", "t:1: unexpected \"\\\"x\\\"\" in operand"),
            ("{{template abcdefghijkl}}", "t:1: unexpected \"abcdefghij\"... in template clause"),
            ("{{if 1}}{{define \"x\"}}{{end}}{{end}}", "t:1: unexpected <define> in command"),
            ("{{range .}}{{else}}{{break}}{{end}}", "t:1: {{break}} outside {{range}}"),
            ("{{range $a, 1}}{{end}}", "t:1: range can only initialize variables"),
            ("{{$a, $b := 1}}", "t:1: too many declarations in command"),
            ("{{1.x}}", "t:1: bad number syntax: \"1.x\""),
            ("{{1}.x}}", "t:1: unexpected \"}\" in operand"),
            ("{{true.x}}", "t:1: unexpected . after term \"true\""),
            ("{{.x\"}}", "t:1: bad character U+0022 '\"'"),
            ("{{99999999999999999999}}", "t:1: integer overflow: \"99999999999999999999\""),
            ("{{1+i}}", "t:1: syntax error scanning complex number"),
            ("{{'ab'}}", "t:1: malformed character constant: 'ab'"),
            ("{{\"\\z\"}}", "t:1: invalid syntax"),
            (
                "{{define `d`}}x{{end}}\n{{define `d`}}y{{end}}",
                "t:2: template: multiple definition of template \"d\"",
            ),
        ] {
            assert_eq!(parsed(text), format!("template: {expect}\n"), "{text}");
        }
    }

    #[test]
    fn positions_are_those_of_go() {
        let trees = parse(&"t".into(), Arc::new("a {{ .b.c | len }}".into())).expect("a template");
        let Some(Node::Action(action)) = trees[0].root.nodes.get(1) else { panic!("no action") };
        let Operand::Field(field) = &action.pipe.cmds[0].args[0] else { panic!("no field") };
        // A chain of fields is where its second field is.
        assert_eq!((action.pos, action.pipe.pos, action.pipe.cmds[0].pos, field.pos), (5, 5, 5, 7));
        assert_eq!(action.pipe.cmds[1].pos, 12);
    }

    #[test]
    fn nodes_are_counted() {
        let mut shared = Shared::new(7);
        let mut parse = |text: &str| parse_within(&"t".into(), Arc::new(text.into()), &mut shared).is_ok();
        assert!(parse("{{.}} {{.a.b}}"));
        assert!(!parse("{{.}}"));
        assert!(parse("x"));
    }

    #[test]
    fn nesting_ends_where_the_limit_is() {
        let parens = |depth| format!("{{{{{}1{}}}}}", "(".repeat(depth), ")".repeat(depth));
        assert_eq!(parsed(&parens(limits::PARSE_DEPTH)), format!("t: {}\n", parens(limits::PARSE_DEPTH)));
        assert_eq!(
            parsed(&parens(limits::PARSE_DEPTH + 1)),
            "template: t:1: max expression depth exceeded\n"
        );
        let ifs = |depth| format!("{}{}", "{{if 1}}".repeat(depth), "{{end}}".repeat(depth));
        assert_eq!(parsed(&ifs(limits::PARSE_DEPTH)), format!("t: {}\n", ifs(limits::PARSE_DEPTH)));
        assert!(parsed(&ifs(limits::PARSE_DEPTH + 1)).contains("depth exceeded"));
    }
}
